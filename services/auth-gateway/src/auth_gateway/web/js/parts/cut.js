/** A name that is cut in the middle where it does not fit; whole on hover, for the ear and when copied. */
import { html } from "../html.js";

const TAIL = 12;

export function Cut({ text }) {
  const at = Math.max(0, text.length - TAIL);
  return html`<span class="cut" title=${text}><span class="cut-head">${text.slice(0, at)}</span><span class="cut-tail">${text.slice(at)}</span></span>`;
}
