/** A name that is cut in the middle where it does not fit; whole on hover, for the ear and when copied. */
import { html } from "../html.js";

const TAIL = 12;

/** `tail` letters of its end stay; with 0 it is cut at the end, as names are whose beginning tells them apart. */
export function Cut({ text, tail = TAIL }) {
  const at = Math.max(0, text.length - tail);
  return html`<span class="cut" title=${text}><span class="cut-head">${text.slice(0, at)}</span><span class="cut-tail">${text.slice(at)}</span></span>`;
}
