/** How many nodes answered, who did not and why, and what can be done about it. */
import { html } from "../html.js";
import { Note } from "../parts/note.js";
import { nameOf } from "../state/names.js";
import { open } from "../state/session.js";
import { nodeNotes, nodeShort } from "./logs_words.js";
import { offerSignIn } from "./sign_in_node.js";

/** `verb` is what nodes did that did well; `onRetry` is left out where they are asked again by themselves. */
export function NodesLine({ nodes, verb, onRetry, children }) {
  const failed = nodes.filter((node) => node.state !== "ok" && node.state !== "asked");
  const well = nodes.filter((node) => node.state === "ok").length;
  const isWorthIt = failed.some((node) => ["timeout", "unreachable", "error"].includes(node.state));
  return html`<p class="answered muted" role="status">
    ${children}
    ${nodes.length > 0 && html`<span>${well} of ${nodes.length} nodes ${verb}</span>`}
    ${failed.map((node) => html`<span key=${node.nodeId}>${nameOf(node.nodeId)}: ${nodeShort(node)}${node.state === "signed_out" && html`,${" "}
      <button type="button" class="link" onClick=${() => offerSignIn(node.nodeId)}>sign in to ${nameOf(node.nodeId)}</button>`}</span>`)}
    ${isWorthIt && onRetry && html`<button type="button" class="link" onClick=${onRetry}>retry</button>`}
  </p>`;
}

/** What takes a sentence: rights that are missing, apps that are missing. */
export function NodeNotes({ nodes }) {
  const notes = nodeNotes(nodes, open.value ? "The configured token" : "Your account");
  return notes.map((words) => html`<${Note} key=${words}>${words}</${Note}>`);
}
