/** Everything about one row, and what can be done with it: at the side of wide screens, a sheet on others. */
import { html } from "../html.js";
import { useEffect, useId, useRef, useState } from "../../vendor/preact-hooks.js";
import { exact } from "../format.js";
import { Icon } from "../parts/icon.js";
import { Sheet } from "../parts/sheet.js";
import { useWide } from "../parts/wide.js";
import { href } from "../state/address.js";
import { nameOf } from "../state/names.js";
import { codeClass, responseClass } from "./logs_words.js";
import { nameWords } from "./logs_rows.js";
import { narrow } from "./logs_search.js";
import { protocolWord, response } from "./logs_vocabulary.js";

/** `row` null says that there is no such row any more. */
export function RowPanel({ row, onClose }) {
  const isWide = useWide();
  const title = row === null ? "No such row" : nameWords(row);
  const content = row === null
    ? html`<p>This row is not in the logs, or not for your account: nodes drop old rows.</p>`
    : html`<${Everything} row=${row} />`;
  if (!isWide) return html`<${Sheet} title=${title} onClose=${onClose}>${content}</${Sheet}>`;
  return html`<${Side} title=${title} onClose=${onClose}>${content}</${Side}>`;
}

function Side({ title, onClose, children }) {
  const id = useId();
  const place = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    place.current.focus({ preventScroll: true });
    return () => before?.isConnected && before.focus({ preventScroll: true });
  }, []);
  const onKey = (event) => {
    if (event.key === "Escape") onClose();
  };
  return html`<aside class="log-panel" ref=${place} tabindex="-1" aria-labelledby=${id} onKeyDown=${onKey}>
    <header class="sheet-head">
      <h2 id=${id}>${title}</h2>
      <button type="button" class="quiet square" aria-label="Close" title="Close" onClick=${onClose}><${Icon} name="close" /></button>
    </header>
    ${children}
  </aside>`;
}

function Everything({ row }) {
  const at = Date.parse(row.timestamp);
  const { word } = response(row.responseType);
  return html`<dl class="facts log-facts">
      <${Fact} word="Time">${exact(at)}<br /><span class="small muted">${row.timestamp}</span></${Fact}>
      <${Fact} word="Node" id="node" value=${row.nodeId}>${nameOf(row.nodeId)}</${Fact}>
      <${Fact} word="Client" id="client" value=${row.clientIpAddress}>
        ${row.clientName && html`${row.clientName}<br />`}<code>${row.clientIpAddress}</code></${Fact}>
      <${Fact} word="Domain" id="domain" value=${row.qname}><code>${nameWords(row)}</code></${Fact}>
      <${Fact} word="Type" id="type" value=${row.qtype}>${row.qtype ?? "—"}${row.qclass && row.qclass !== "IN" && ` (class ${row.qclass})`}</${Fact}>
      <${Fact} word="Response" id="response" value=${row.responseType}><i class=${responseClass(row)}></i>${word}</${Fact}>
      <${Fact} word="Code" id="rcode" value=${row.rcode}><span class=${codeClass(row)}>${row.rcode}</span></${Fact}>
      <${Fact} word="Protocol" id="protocol" value=${row.protocol}>${protocolWord(row.protocol)}</${Fact}>
      ${row.responseRtt !== undefined && html`<${Fact} word="Upstream">${row.responseRtt} ms</${Fact}>`}
      <${Fact} word="Answer">${row.answer ? row.answer.split(", ").map((one) => html`<code class="log-answer">${one}</code>`) : "none"}</${Fact}>
    </dl>
    <p class="actions">
      ${row.qname !== null && html`<a class="button" href=${href("lookup", { name: row.qname || ".", type: row.qtype, node: row.nodeId })}>Look this up now</a>`}
      ${row.qname && html`<${Copy} text=${row.qname} />`}
    </p>`;
}

/** With `id`, a filter, the value can be made one. */
function Fact({ word, id, value, children }) {
  return html`<dt>${word}</dt><dd><span class="log-fact">${children}</span>
    ${id && value && html`<button type="button" class="link small" aria-label=${`Show only this: ${word} ${value}`} onClick=${() => narrow({ [id]: value })}>only this</button>`}</dd>`;
}

function Copy({ text }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true), () => {});
  useEffect(() => setCopied(false), [text]);
  return html`<button type="button" onClick=${copy}><span role="status">${isCopied ? "Copied" : "Copy the name"}</span></button>`;
}
