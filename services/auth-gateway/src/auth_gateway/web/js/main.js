/** Where the page begins: state starts, and the view follows who is signed in. */
import { render } from "../vendor/preact.js";
import { effect } from "../vendor/signals.js";
import { html } from "./html.js";
import { followAddress, page } from "./state/address.js";
import { startClock } from "./state/clock.js";
import { startKeys } from "./state/keys.js";
import { startRefreshing } from "./state/refresh.js";
import { me, user } from "./state/session.js";
import { Before } from "./views/before.js";
import { CurrentPage } from "./views/current_page.js";
import { Frame } from "./views/frame.js";
import { pageOf } from "./views/pages.js";
import { SignIn } from "./views/sign_in.js";

function App() {
  if (me.value === null) return html`<${Before} />`;
  if (user.value === null) return html`<${SignIn} />`;
  return html`<${Frame}><${CurrentPage} /></${Frame}>`;
}

effect(() => {
  const where = user.value === null ? "Sign in" : pageOf(page.value).word;
  document.title = me.value === null ? "Companion" : `${where} · Companion`;
});

startClock();
followAddress();
startKeys();
render(html`<${App} />`, document.getElementById("app"));
startRefreshing();
