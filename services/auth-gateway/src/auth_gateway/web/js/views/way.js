/** A warning about the way from Companion to a node, wherever it is not protected. */
import { html } from "../html.js";
import { Note } from "../parts/note.js";
import { roleOf } from "../state/seen.js";
import { me } from "../state/session.js";

export function Way({ node }) {
  // The sandbox's nodes are on this machine: there the foot of the card says it quietly.
  if (!node.insecureTransport || me.value.sandbox) return null;
  const isUnchecked = roleOf(node.id)?.baseUrl?.startsWith("https:");
  return html`<${Note} kind="warn">
    ${isUnchecked
      ? `Certificate not checked: another machine could pose as ${node.name} and read passwords.`
      : `Not encrypted: Companion reaches ${node.name} over http://, where passwords and answers can be read.`}
  </${Note}>`;
}
