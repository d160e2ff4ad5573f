/** The small set of signs; each stands beside its word and is hidden from screen readers. */
import { html } from "../html.js";

const PATHS = {
  refresh: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
  person: "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8Zm-5.2 5.5a5.2 5.2 0 0 1 10.4 0",
  caret: "M5 6.5 8 9.5l3-3",
  close: "M4 4l8 8M12 4l-8 8",
  warning: "M8 2.5 14.2 13H1.8L8 2.5ZM8 6.5v3M8 11.4v.1",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;
}
