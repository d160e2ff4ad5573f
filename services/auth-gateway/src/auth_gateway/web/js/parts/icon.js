/** The small set of signs; each stands beside its word and is hidden from screen readers. */
import { html } from "../html.js";

const PATHS = {
  refresh: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
  person: "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8Zm-5.2 5.5a5.2 5.2 0 0 1 10.4 0",
  caret: "M5 6.5 8 9.5l3-3",
  check: "M3 8.5l3.5 3.5L13 4.5",
  close: "M4 4l8 8M12 4l-8 8",
  overview: "M2 13.5h12M4 11V7.5M8 11V3M12 11V5.5",
  logs: "M3 4h10M3 8h10M3 12h6",
  lookup: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.4 10.4l3.1 3.1",
  sessions: "M2 3.5h12v7.5H2zM5.5 13.5h5",
  keys: "M1.5 4h13v8h-13zM4 6.8h.1M6.7 6.8h.1M9.3 6.8h.1M12 6.8h.1M5.5 9.5h5",
  more: "M3.5 8h.1M8 8h.1M12.4 8h.1",
  warning: "M8 2.5 14.2 13H1.8L8 2.5ZM8 6.5v3M8 11.4v.1",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;
}
