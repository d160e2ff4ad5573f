/** A chip for each filter that is set; clicking it takes the filter away. */
import { html } from "../html.js";
import { Icon } from "../parts/icon.js";
import { exact } from "../format.js";
import { nameOf } from "../state/names.js";
import { clearSearch, FILTERS, narrow } from "./logs_search.js";
import { wordOf } from "./logs_vocabulary.js";

export function LogChips({ asked }) {
  const chips = [...filterChips(asked), ...timeChips(asked)];
  if (chips.length === 0) return null;
  return html`<ul class="chips" aria-label="Filters that are set">
    ${chips.map(({ id, word, changes }) => html`<li key=${id}>
      <button type="button" class="chip" aria-label=${`Take away: ${word}`} onClick=${() => narrow(changes)}><span>${word}</span><${Icon} name="close" /></button>
    </li>`)}
    ${chips.length > 1 && html`<li><button type="button" class="link" onClick=${clearSearch}>Take all away</button></li>`}
  </ul>`;
}

function filterChips({ filters }) {
  return FILTERS.filter(({ id }) => filters[id]).map(({ id, word }) => ({
    id,
    word: `${word}: ${id === "node" ? filters.node.split(",").map(nameOf).join(", ") : wordOf(id, filters[id])}`,
    changes: { [id]: null },
  }));
}

function timeChips({ range, from, to }) {
  if (range) return [{ id: "range", word: range.words, changes: { range: null } }];
  return [
    ...(from ? [{ id: "from", word: `From ${momentWords(from)}`, changes: { from: null } }] : []),
    ...(to ? [{ id: "to", word: `To ${momentWords(to)}`, changes: { to: null } }] : []),
  ];
}

// What the address says may be no moment at all; then the services refuse it, and it is shown as it is.
function momentWords(text) {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : exact(at);
}
