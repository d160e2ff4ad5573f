/** Of which time rows are shown: a range that ends now, or between two moments in the viewer's zone. */
import { html } from "../html.js";
import { useState } from "../../vendor/preact-hooks.js";
import { signal } from "../../vendor/signals.js";
import { Field } from "../parts/field.js";
import { Select } from "../parts/select.js";
import { narrow, RANGES } from "./logs_search.js";

const CUSTOM = "custom";

// Whether the two moments are being chosen; until one is, the address says nothing of it.
const isChoosing = signal(false);

export function TimeChoice({ asked }) {
  const options = [
    { value: "", word: "Any time" },
    ...RANGES.map(({ id, words }) => ({ value: id, word: words })),
    { value: CUSTOM, word: "Between …" },
  ];
  const isCustom = isChoosing.value || isBounded(asked);
  const choose = (id) => {
    isChoosing.value = id === CUSTOM;
    if (id !== CUSTOM) narrow({ range: id, from: null, to: null });
  };
  return html`<${Select} label="Time" options=${options} value=${isCustom ? CUSTOM : (asked.range?.id ?? "")} onChoose=${choose} />`;
}

function isBounded({ range, from, to }) {
  return range === null && (from !== null || to !== null);
}

/** The two moments; either may be left out. */
export function Bounds({ asked }) {
  const [from, setFrom] = useState(localField(asked.from));
  const [to, setTo] = useState(localField(asked.to));
  const [error, setError] = useState(null);
  if (!isChoosing.value && !isBounded(asked)) return null;
  const send = (event) => {
    event.preventDefault();
    const isInOrder = !from || !to || Date.parse(from) < Date.parse(to);
    setError(isInOrder ? null : "The end has to be after the beginning.");
    if (!isInOrder) return;
    isChoosing.value = false;
    narrow({ range: null, from: moment(from), to: moment(to) });
  };
  return html`<form class="bounds" onSubmit=${send}>
    <${Field} label="From" type="datetime-local" step="1" value=${from} onInput=${(event) => setFrom(event.currentTarget.value)} />
    <${Field} label="To" type="datetime-local" step="1" value=${to} error=${error} onInput=${(event) => setTo(event.currentTarget.value)} />
    <button type="submit">Show this time</button>
  </form>`;
}

function moment(field) {
  return field ? new Date(field).toISOString() : null;
}

/** A moment as a date and time field holds it. */
function localField(text) {
  const at = Date.parse(text ?? "");
  if (Number.isNaN(at)) return "";
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
