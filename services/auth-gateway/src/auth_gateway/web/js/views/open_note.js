/** Stands above every page where nobody signs in, for as long as that is so. */
import { html } from "../html.js";
import { Note } from "../parts/note.js";
import { me, open } from "../state/session.js";

export function OpenNote() {
  if (!open.value) return null;
  const used = me.value.clusterTokenUsage?.usedForNodeIds ?? [];
  return html`<${Note} kind="warn">
    ${me.value.notice}
    ${used.length > 0 && html` The cluster token is used for ${used.join(", ")}.`}
  </${Note}>`;
}
