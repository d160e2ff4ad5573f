/** What the overview shows: of which nodes, and of which span of time. */
import { html } from "../html.js";
import { useState } from "../../vendor/preact-hooks.js";
import { Field } from "../parts/field.js";
import { Select } from "../parts/select.js";
import { param, setParams } from "../state/address.js";
import { bounds, chooseBounds, chooseRange, chosenNode, range, RANGES } from "../state/range.js";
import { nodes } from "../state/session.js";

export function Choices() {
  const ofNode = [{ value: "", word: "All nodes" }, ...nodes.value.map((node) => ({ value: node.id, word: node.name }))];
  const ofRange = RANGES.map(({ id, words }) => ({ value: id, word: words }));
  return html`<div class="choices">
    ${nodes.value.length > 1 &&
    html`<${Select} label="Node" options=${ofNode} value=${chosenNode()?.id ?? ""} onChoose=${(id) => setParams({ node: id })} />`}
    <${Select} label="Range" options=${ofRange} value=${range().id} onChoose=${(id) => chooseRange(id, Date.now())} />
  </div>`;
}

/** Where a range of one's own is told, while one is chosen. */
export function OwnRange() {
  return range().id === "custom" && html`<${Bounds} key=${`${param("from")} ${param("to")}`} />`;
}

/** The two ends of a custom range, in the viewer's zone. */
function Bounds() {
  const chosen = bounds();
  const [from, setFrom] = useState(localField(chosen.from));
  const [to, setTo] = useState(localField(chosen.to));
  const [error, setError] = useState(null);
  const send = (event) => {
    event.preventDefault();
    const [begin, end] = [Date.parse(from), Date.parse(to)];
    const isInOrder = begin < end;
    setError(isInOrder ? null : "The end has to be after the beginning.");
    if (isInOrder) chooseBounds(begin, end);
  };
  return html`<form class="bounds" onSubmit=${send}>
    <${Field} label="From" type="datetime-local" required value=${from} onInput=${(event) => setFrom(event.currentTarget.value)} />
    <${Field} label="To" type="datetime-local" required value=${to} error=${error} onInput=${(event) => setTo(event.currentTarget.value)} />
    <button type="submit">Show this range</button>
  </form>`;
}

/** A moment as a date and time field holds it. */
function localField(at) {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
