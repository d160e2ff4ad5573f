/** What stands where rows would be. */
import { html } from "../html.js";
import { clearSearch, isNarrowed } from "./logs_search.js";

/** `isKnown` says whether the nodes have answered; `states` is how each did. */
export function Nothing({ asked, states, isKnown }) {
  const well = states.filter((node) => node.state === "ok").length;
  // Why no node told anything is said above.
  if (!isKnown || (states.length > 0 && well === 0)) return null;
  return html`<div class="log-nothing">
    <p>${words(asked)}</p>
    ${isNarrowed(asked) && html`<p><button type="button" onClick=${clearSearch}>Take all filters away</button></p>`}
  </div>`;
}

const BONES = Array.from({ length: 10 }, (_, index) => index);

/** Where rows will be, while the first of them are asked for. */
export function Bones() {
  return html`<div class="log-bones" aria-hidden="true">${BONES.map((index) => html`<span key=${index} class="bone"></span>`)}</div>`;
}

function words(asked) {
  if (asked.isLive) return isNarrowed(asked) ? "Queries that these filters match appear here as they are answered." : "Queries appear here as they are answered.";
  if (asked.cursor) return "There are no older rows.";
  if (isNarrowed(asked)) return "No query in the logs matches these filters.";
  return "The nodes have logged no query yet. Each query that a device asks from now on appears here.";
}
