/** Where the page begins: state starts, and the view follows who is signed in. */
import { render } from "../vendor/preact.js";
import { effect } from "../vendor/signals.js";
import { html } from "./html.js";
import { followAddress } from "./state/address.js";
import { startClock } from "./state/clock.js";
import { startRefreshing } from "./state/refresh.js";
import { me, user } from "./state/session.js";
import { Before } from "./views/before.js";
import { Frame } from "./views/frame.js";
import { Overview } from "./views/overview.js";
import { SignIn } from "./views/sign_in.js";

function App() {
  if (me.value === null) return html`<${Before} />`;
  if (user.value === null) return html`<${SignIn} />`;
  return html`<${Frame}><${Overview} /></${Frame}>`;
}

effect(() => {
  const page = me.value === null ? "" : user.value === null ? "Sign in · " : "Overview · ";
  document.title = `${page}Companion`;
});

startClock();
followAddress();
render(html`<${App} />`, document.getElementById("app"));
startRefreshing();
