/** The course of a range: as a chart with all values under the pointer, or the same numbers as a table. */
import { html } from "../html.js";
import { useState } from "../../vendor/preact-hooks.js";
import { bucketWords, drawable, FAILED, failedOf, isUtc, LAYERS } from "../course.js";
import { grouped } from "../format.js";
import { Chart } from "../parts/chart.js";

/** `stats` is what the services say of a range; `label` names it. */
export function CourseChart({ stats, label }) {
  const { course, span, totals } = stats;
  const [point, setPoint] = useState(null);
  // The answer may have become shorter since the pointer stood there.
  const at = point !== null && point < course.times.length ? point : null;
  const data = drawable(course);
  const value = (id, layer) => (id === FAILED.id ? data.failed[at] : data.layers[layer][at]);
  const whole = ({ id, counter }) => (id === FAILED.id ? failedOf(totals) : totals[counter]);
  return html`<${Chart} course=${course} span=${span} label=${label} onPoint=${setPoint} />
    <p class="point small muted" aria-hidden="true">${at === null ? "whole range" : pointWords(data, at, span)}</p>
    <ul class="legend">
      ${[...LAYERS, FAILED].map(
        (one, layer) => html`<li key=${one.id}>
          <i class=${`legend-sign swatch-${one.id}`}></i><span>${one.word}</span>
          <b>${grouped(at === null ? whole(one) : value(one.id, layer))}</b>
        </li>`,
      )}
    </ul>`;
}

function pointWords(data, at, span) {
  const running = span.isLastRunning && at === data.times.length - 1 ? ", still running" : "";
  return `${bucketWords(data.times[at], span.unit)}${running}: ${grouped(data.total[at])} queries`;
}

/** The same numbers, the newest first. */
export function CourseTable({ stats, label }) {
  const { course, span } = stats;
  const data = drawable(course);
  const newestFirst = data.times.map((_, index) => index).reverse();
  return html`<div class="course-table" tabindex="0" role="region" aria-label=${label}>
    <table>
      <thead>
        <tr>
          <th scope="col">${isUtc(span.unit) ? `${span.unit} (UTC)` : span.unit}</th>
          <th scope="col">queries</th>
          ${LAYERS.map(({ id, word }) => html`<th key=${id} scope="col">${word}</th>`)}
          <th scope="col">${FAILED.word}</th>
        </tr>
      </thead>
      <tbody>
        ${newestFirst.map((index) => html`<${Row} key=${data.times[index]} data=${data} index=${index} span=${span} />`)}
      </tbody>
    </table>
  </div>`;
}

function Row({ data, index, span }) {
  const isRunning = span.isLastRunning && index === data.times.length - 1;
  return html`<tr>
    <th scope="row">${bucketWords(data.times[index], span.unit)}${isRunning && html`<span class="muted">, still running</span>`}</th>
    <td>${grouped(data.total[index])}</td>
    ${data.layers.map((counts, layer) => html`<td key=${LAYERS[layer].id}>${grouped(counts[index])}</td>`)}
    <td>${grouped(data.failed[index])}</td>
  </tr>`;
}
