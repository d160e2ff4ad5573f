/** A line that says something about what stands around it: `kind` is info, ok, warn or bad. */
import { html } from "../html.js";
import { Icon } from "./icon.js";

export function Note({ kind = "info", role, children }) {
  return html`<div class=${`note note-${kind}`} role=${role}>
    ${kind !== "info" && html`<${Icon} name=${kind === "ok" ? "check" : "warning"} />`}
    <div class="note-text">${children}</div>
  </div>`;
}
