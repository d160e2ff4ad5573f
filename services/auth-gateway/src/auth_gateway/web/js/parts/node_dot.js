/** The sign of a node's standing: told apart by shape as well as by colour, with its word for screen readers. */
import { html } from "../html.js";

const SHAPES = {
  up: html`<circle class="dot-fill" cx="6" cy="6" r="5" />`,
  slow: html`<circle class="dot-line" cx="6" cy="6" r="4.25" /><path class="dot-fill" d="M6 1a5 5 0 0 0 0 10Z" />`,
  signed_out: html`<circle class="dot-ring" cx="6" cy="6" r="3.75" />`,
  denied: html`<path class="dot-cross" d="M2 2l8 8M10 2l-8 8" />`,
  down: html`<circle class="dot-line dot-gaps" cx="6" cy="6" r="4.5" />`,
  unknown: html`<circle class="dot-fill" cx="6" cy="6" r="2" />`,
};

/** `word` null leaves the sign without a text, for places where the word stands beside it. */
export function NodeDot({ kind, word = null }) {
  return html`<svg class=${`dot dot-${kind}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
      ${SHAPES[kind]}
    </svg>
    ${word && html`<span class="unseen">${word}</span>`}`;
}
