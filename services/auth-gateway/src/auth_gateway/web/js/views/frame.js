/** The frame around every page: header, the way to the other pages, what concerns all of them, and the sheets. */
import { html } from "../html.js";
import { clock } from "../format.js";
import { Note } from "../parts/note.js";
import { lastGoodAt, trouble } from "../state/seen.js";
import { ended, meProblem } from "../state/session.js";
import { serviceWords } from "../words.js";
import { Header } from "./header.js";
import { KeysSheet, usePageKeys } from "./keys_sheet.js";
import { MoreSheet } from "./more_sheet.js";
import { Nav } from "./nav.js";
import { NodeSheet } from "./node_sheet.js";
import { OpenNote } from "./open_note.js";
import { NodeSignInSheet } from "./sign_in_node.js";
import { SignedOutNote, SignedOutSheet } from "./signed_out.js";

export function Frame({ children }) {
  usePageKeys();
  return html`<div class="frame">
    <a class="skip" href="#page">To the page</a>
    <${Header} />
    <${Nav} />
    <main class="page" id="page" tabindex="-1">
      <${OpenNote} />
      <${SignedOutNote} />
      <${TroubleNote} />
      ${children}
    </main>
    <${MoreSheet} />
    <${KeysSheet} />
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
