/** The sign-in page: the form, what went before it, and in the sandbox whom one can be. */
import { html } from "../html.js";
import { Credentials } from "../parts/credentials.js";
import { Note } from "../parts/note.js";
import { ThemeChoice } from "../parts/theme_choice.js";
import { refresh } from "../state/refresh.js";
import { justSignedOut, me, signIn, storeAway } from "../state/session.js";

// The name survives a reload of the tab; the password is kept nowhere.
const NAME_KEY = "companion.userName";

const STORE_AWAY = "store_unavailable";

export function SignIn() {
  const said = me.value;
  const submit = async (credentials) => {
    keepName(credentials.username);
    const answer = await signIn(credentials);
    // From here on the note above the form says it, and goes when the store is back.
    if (!answer.ok && answer.problem.code === STORE_AWAY) await refresh({ poll: true });
    return answer;
  };
  return html`<main class="door">
    <h1 class="wordmark"><img src="/favicon.svg" alt="" width="32" height="32" />Companion</h1>
    <p class="door-purpose">Sign in with your Technitium account.</p>
    ${justSignedOut.value && html`<${Note} role="status">Signed out.</${Note}>`}
    ${storeAway.value &&
    html`<${Note} kind="warn" role="status">
      Companion cannot reach its session store: signing in has to wait until it is back.
    </${Note}>`}
    ${!said.transport.requestSecure &&
    html`<${Note} kind="warn">This page came over http://. Signing in works over HTTPS only.</${Note}>`}
    <${Credentials} submit=${submit} submitWord="Sign in" startUser=${keptName()} nameOf=${(id) => id}
      saidAbove=${storeAway.value ? STORE_AWAY : null} />
    ${said.sandbox && html`<${SandboxNote} />`}
    <footer class="door-foot"><${ThemeChoice} /></footer>
  </main>`;
}

function SandboxNote() {
  return html`<section class="sandbox" aria-label="Sandbox accounts">
    <p>These nodes are simulated. Sign in as one of these; the password is the name:</p>
    <dl>
      <dt>admin</dt><dd>may do everything</dd>
      <dt>viewer</dt><dd>in Everyone only: may look at most things</dd>
      <dt>dhcp</dt><dd>in DHCP Administrators</dd>
      <dt>totp</dt><dd>needs a code as well, of the key <code>JBSWY3DPEHPK3PXP</code></dd>
    </dl>
  </section>`;
}

function keptName() {
  try {
    return sessionStorage.getItem(NAME_KEY) ?? "";
  } catch {
    return "";
  }
}

function keepName(name) {
  try {
    sessionStorage.setItem(NAME_KEY, name);
  } catch {
    // Storage is switched off: the name has to be typed again after a reload.
  }
}
