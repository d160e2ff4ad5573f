/** The rows as cards of two lines, for phones. */
import { html } from "../html.js";
import { Cut } from "../parts/cut.js";
import { nameOf } from "../state/names.js";
import { codeClass, gapWords, responseClass } from "./logs_words.js";
import { nameWords, rowId, timeWords } from "./logs_rows.js";
import { response } from "./logs_vocabulary.js";

/** `open` is the name of the row that is open, or null; `onOpen(row)` is told of another. */
export function LogCards({ rows, open, now, onOpen }) {
  return html`<ul class="log-cards" aria-label="Queries, the newest first">
    ${rows.map((row) => (row.isGap
      ? html`<li key=${row.key} class="log-gap">${gapWords(row)}</li>`
      : html`<li key=${row.key}><${Card} row=${row} isOpen=${open === rowId(row)} now=${now} onOpen=${onOpen} /></li>`))}
  </ul>`;
}

// A name that is cut is two parts; for the ear it is there in one.
function Card({ row, isOpen, now, onOpen }) {
  const time = timeWords(Date.parse(row.timestamp), now);
  const who = row.clientName ?? row.clientIpAddress;
  const { word } = response(row.responseType);
  const kind = [row.qtype, nameOf(row.nodeId)].filter(Boolean).join(" · ");
  return html`<button type="button" class="log-card" aria-expanded=${isOpen} onClick=${() => onOpen(row)}>
    <span class="log-card-line"><code aria-hidden="true"><${Cut} text=${nameWords(row)} /></code><span class="unseen">${nameWords(row)}</span>
      <span class="log-card-end"><i class=${responseClass(row)}></i>${word}</span></span>
    <span class="log-card-line small muted"><span class="log-card-who">${time} · ${who}</span>
      <span class="log-card-end">${codeClass(row) && html`<span class=${codeClass(row)}>${row.rcode}</span> · `}${kind}</span></span>
  </button>`;
}
