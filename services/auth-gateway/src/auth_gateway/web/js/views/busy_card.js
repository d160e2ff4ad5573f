/** How busy all nodes together were, or the chosen one: numbers, course, and who is missing from them. */
import { html } from "../html.js";
import { grouped, percent } from "../format.js";
import { useAfter } from "../parts/delay.js";
import { Ago } from "../parts/moment.js";
import { useKeys } from "../parts/offer_keys.js";
import { param, setParams } from "../state/address.js";
import { clientsOf, NO_STATS, shown } from "../state/busy.js";
import { spanWords } from "../state/range.js";
import { seen } from "../state/seen.js";
import { nodes } from "../state/session.js";
import { CourseChart, CourseTable } from "./busy_course.js";
import { BusyFailure, Missing } from "./busy_missing.js";

/** `view` is what was said last about the range; `node` the chosen one, or null for all. */
export function BusyCard({ view, node }) {
  const stats = shown(view.data, node);
  const isFirst = view.askedAt !== null && view.data === null;
  const isPale = useAfter(isFirst, 150);
  const isLong = useAfter(view.askedAt !== null, 1000);
  const isTable = param("view") === "table";
  const toggle = () => setParams({ view: isTable ? null : "table" }, { replace: true });
  useKeys([{ key: "t", word: "Chart or table", run: toggle }]);
  return html`<section class="card busy" aria-labelledby="busy-title" aria-busy=${view.askedAt !== null}>
    <header class="card-head">
      <h2 id="busy-title">${node?.name ?? "All nodes"}</h2>
      <span class="muted">${spanWords()}</span>
      <button type="button" class="quiet" aria-keyshortcuts="t" onClick=${toggle}>${isTable ? "As a chart" : "As a table"}</button>
    </header>
    <${BusyFailure} view=${view} node=${node} />
    ${stats !== null && html`<${Busy} stats=${stats} isTable=${isTable} isOld=${view.problem !== null} />`}
    ${stats === null && view.data === null && view.problem === null &&
    html`<div class=${isPale ? "waiting shown" : "waiting"} aria-hidden="true"><${Busy} stats=${NO_STATS} /></div>`}
    <footer class="card-foot">
      <span role="status">${isLong ? waitingWords(node) : ""}</span>
      ${!isLong && stats !== null && html`<${Missing} view=${view} node=${node} />
        <span>answered <${Ago} at=${view.receivedAt} /></span>`}
    </footer>
  </section>`;
}

function Busy({ stats, isTable = false, isOld = false }) {
  const label = `Queries, ${spanWords()}`;
  const isPlace = stats === NO_STATS;
  const isEmpty = !isPlace && stats.totals.totalQueries === 0;
  return html`<div class=${isPlace ? "figures-place" : isOld ? "figures old" : "figures"}>
    <${Numbers} stats=${stats} />
    ${isEmpty && html`<${Nothing} />`}
    ${!isEmpty && isTable && html`<${CourseTable} stats=${stats} label=${label} />`}
    ${!isEmpty && !isTable && html`<${CourseChart} stats=${stats} label=${`${label}: ${inWords(stats)}`} />`}
  </div>`;
}

function Numbers({ stats }) {
  const { totals } = stats;
  const clients = clientsOf(stats);
  return html`<dl class="day">
    <div><dt>queries</dt><dd>${grouped(totals.totalQueries)}</dd></div>
    <div><dt>blocked (${grouped(totals.totalBlocked)})</dt><dd>${percent(totals.totalBlocked, totals.totalQueries)}</dd></div>
    <div><dt>clients</dt><dd>${clients.isExact ? "" : html`<${AtLeast} />`}${grouped(clients.count)}</dd></div>
  </dl>`;
}

function AtLeast() {
  return html`<span class="unseen">at least </span><span aria-hidden="true" title="At least: nodes may have clients in common, and the newest are not counted yet">≥ </span>`;
}

function Nothing() {
  return html`<div class="nothing">
    <p><strong>No queries in this range</strong></p>
    <p class="muted">The course of queries would be here. Choose a longer range, or see that your devices use these nodes for DNS.</p>
  </div>`;
}

function inWords({ totals }) {
  return `${grouped(totals.totalQueries)} queries, ${percent(totals.totalBlocked, totals.totalQueries)} blocked`;
}

/** Who is waited for, as far as one can tell: the nodes that owe their overview as well. */
function waitingWords(node) {
  const asked = node ? [node] : nodes.value;
  const owing = asked.filter((one) => seen(one.id).value.askedAt !== null).map((one) => one.name);
  return `waiting for ${owing.length > 0 ? owing.join(", ") : "the statistics"} …`;
}
