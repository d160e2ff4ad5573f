/** The rows as a table, for wide screens. A value that is clicked becomes a filter; the time opens the row. */
import { html } from "../html.js";
import { exact } from "../format.js";
import { Cut } from "../parts/cut.js";
import { nameOf } from "../state/names.js";
import { codeClass, gapWords, responseClass } from "./logs_words.js";
import { nameWords, rowId, timeWords } from "./logs_rows.js";
import { narrow } from "./logs_search.js";
import { protocolWord, response } from "./logs_vocabulary.js";

const COLUMNS = [
  { id: "time", word: "Time" },
  { id: "node", word: "Node" },
  { id: "client", word: "Client" },
  { id: "domain", word: "Domain" },
  { id: "type", word: "Type" },
  { id: "response", word: "Response" },
  { id: "rcode", word: "Code" },
  { id: "protocol", word: "Protocol" },
];

// More than the narrowest table shows would be columns of their own.
const LEAST_COLUMNS = 3;

/** `open` is the name of the row that is open, or null; `onOpen(row)` is told of another. */
export function LogTable({ rows, open, now, onOpen }) {
  return html`<table class="log-table">
    <caption class="unseen">Queries, the newest first</caption>
    <thead><tr>${COLUMNS.map(({ id, word }) => html`<th key=${id} scope="col" class=${`log-${id}`}>${word}</th>`)}</tr></thead>
    <tbody onKeyDown=${walk}>
      ${rows.map((row) => (row.isGap
        ? html`<tr key=${row.key} class="log-gap"><td colspan=${LEAST_COLUMNS}>${gapWords(row)}</td></tr>`
        : html`<${Row} key=${row.key} row=${row} isOpen=${open === rowId(row)} now=${now} onOpen=${onOpen} />`))}
    </tbody>
  </table>`;
}

function Row({ row, isOpen, now, onOpen }) {
  const at = Date.parse(row.timestamp);
  const { word } = response(row.responseType);
  return html`<tr class=${isOpen ? "log-row open" : "log-row"} onClick=${() => onOpen(row)}>
    <td><button type="button" class="log-open" aria-expanded=${isOpen} title=${exact(at)}
      aria-label=${`${timeWords(at, now)} ${nameWords(row)} ${row.qtype ?? ""}: everything`}>${timeWords(at, now)}</button></td>
    <td><${Value} id="node" value=${row.nodeId}>${nameOf(row.nodeId)}</${Value}></td>
    <td><${Value} id="client" value=${row.clientIpAddress} title=${row.clientName && `${row.clientName}, ${row.clientIpAddress}`}>
      <span class="log-who">${row.clientName ?? row.clientIpAddress}</span></${Value}></td>
    <td><${Value} id="domain" value=${row.qname} whole=${nameWords(row)}><${Cut} text=${nameWords(row)} /></${Value}></td>
    <td><${Value} id="type" value=${row.qtype}>${row.qtype ?? "—"}</${Value}></td>
    <td><${Value} id="response" value=${row.responseType}><i class=${responseClass(row)}></i>${word}</${Value}></td>
    <td><${Value} id="rcode" value=${row.rcode}><span class=${codeClass(row)}>${row.rcode}</span></${Value}></td>
    <td><${Value} id="protocol" value=${row.protocol}>${protocolWord(row.protocol)}</${Value}></td>
  </tr>`;
}

// For the mouse alone, or a page of rows would be hundreds of stops; the open row offers the same to everybody.
function Value({ id, value, title, whole, children }) {
  if (!value) return html`<span class="log-value">${children}</span>`;
  const add = (event) => {
    event.stopPropagation();
    narrow({ [id]: value });
  };
  return html`<button type="button" tabindex="-1" class="log-value" aria-label=${whole} title=${`${title ?? value}: show only these`} onClick=${add}>${children}</button>`;
}

/** Up and down go from row to row. */
function walk(event) {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!step || !event.target.classList.contains("log-open")) return;
  let next = event.target.closest("tr")[step];
  while (next?.classList.contains("log-gap")) next = next[step];
  if (!next) return;
  event.preventDefault();
  next.querySelector(".log-open").focus();
}
