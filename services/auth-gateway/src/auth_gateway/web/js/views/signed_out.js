/** The sheet over a page whose session ended: sign in again, and everything is as it was. */
import { html } from "../html.js";
import { Credentials } from "../parts/credentials.js";
import { Note } from "../parts/note.js";
import { Sheet } from "../parts/sheet.js";
import { ended, leave, putAside, signIn, signInFirst, user } from "../state/session.js";

export function SignedOutSheet() {
  if (!ended.value || putAside.value) return null;
  return html`<${Sheet} title="Your session has ended" closeWord="Look at the page first" onClose=${() => (putAside.value = true)}>
    <p>Sign in again to go on. The page stays as it was.</p>
    <${Credentials} submit=${signIn} submitWord="Sign in" startUser=${user.value} nameOf=${(id) => id} />
    <p class="sheet-foot">
      <button type="button" class="link" onClick=${leave}>Leave this page instead</button>
    </p>
  </${Sheet}>`;
}

/** Stands above the page while the sheet is put aside. */
export function SignedOutNote() {
  if (!ended.value || !putAside.value) return null;
  return html`<${Note} kind="warn" role="status">
    You are signed out: nothing here is refreshed.${" "}
    <button type="button" class="link" onClick=${signInFirst}>Sign in again</button>
  </${Note}>`;
}
