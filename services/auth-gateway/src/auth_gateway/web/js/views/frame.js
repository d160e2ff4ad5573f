/** The frame around every page: header, what concerns the whole page, the page, and the sheets over it. */
import { html } from "../html.js";
import { clock } from "../format.js";
import { Note } from "../parts/note.js";
import { lastGoodAt, trouble } from "../state/seen.js";
import { ended, meProblem } from "../state/session.js";
import { serviceWords } from "../words.js";
import { Header } from "./header.js";
import { NodeSheet } from "./node_sheet.js";
import { NodeSignInSheet } from "./sign_in_node.js";
import { SignedOutNote, SignedOutSheet } from "./signed_out.js";

export function Frame({ children }) {
  return html`<div class="frame">
    <a class="skip" href="#page">To the page</a>
    <${Header} />
    <main class="page" id="page" tabindex="-1">
      <${SignedOutNote} />
      <${TroubleNote} />
      ${children}
    </main>
    <${NodeSheet} />
    <${NodeSignInSheet} />
    <${SignedOutSheet} />
  </div>`;
}

function TroubleNote() {
  const problem = trouble.value ?? meProblem.value;
  if (problem === null || ended.value) return null;
  return html`<${Note} kind="bad" role="status">
    ${serviceWords(problem)}${" "}
    ${lastGoodAt.value !== null && `What you see is from ${clock(lastGoodAt.value)}. `}
    Trying again by itself.
  </${Note}>`;
}
