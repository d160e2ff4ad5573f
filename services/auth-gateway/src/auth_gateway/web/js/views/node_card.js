/** One node at a glance, or why it cannot be shown. What came last stays, dated, when the newest request failed. */
import { html } from "../html.js";
import { counted, duration, grouped, percent } from "../format.js";
import { Chart } from "../parts/chart.js";
import { useAfter } from "../parts/delay.js";
import { Ago } from "../parts/moment.js";
import { NodeDot } from "../parts/node_dot.js";
import { clientsOf, entryOf } from "../state/busy.js";
import { range, spanWords } from "../state/range.js";
import { roleOf, roleWord, seen } from "../state/seen.js";
import { me, open, otherName } from "../state/session.js";
import { standing } from "../state/standing.js";
import { missingWords } from "../words.js";
import { NodeFailure } from "./node_failure.js";
import { Way } from "./way.js";

/**
 * `stats` is the newest answer about the chosen range of all nodes, or null before it came. A card that `isAlone`
 * stands below the same numbers in large, and says the rest.
 */
export function NodeCard({ node, stats, isAlone }) {
  const view = seen(node.id).value;
  const isFirst = view.askedAt !== null && view.data === null && view.problem === null;
  const isPale = useAfter(isFirst, 150);
  const isLong = useAfter(view.askedAt !== null, 1000);
  const titleId = `card-${node.id}`;
  return html`<article class=${`card card-${standing(node, view).kind}`} aria-labelledby=${titleId} aria-busy=${view.askedAt !== null}>
    <${CardHead} node=${node} view=${view} titleId=${titleId} />
    <${OtherName} node=${node} />
    <${Way} node=${node} />
    ${view.problem && html`<${NodeFailure} node=${node} view=${view} />`}
    ${view.data && html`<${Figures} node=${node} data=${view.data} stats=${knownOf(stats, node)} isOld=${view.problem !== null} isAlone=${isAlone} />`}
    ${view.data === null && view.problem === null && html`<${Skeleton} shown=${isPale} />`}
    <footer class="card-foot">
      <span role="status">${isLong ? `waiting for ${node.name} …` : ""}</span>
      ${!isLong && view.data && html`<${Footing} node=${node} view=${view} />`}
    </footer>
  </article>`;
}

/** What is known of the node's range: null before it is, undefined when there is nothing. */
function knownOf(stats, node) {
  return stats === null ? null : entryOf(stats, node.id)?.stats;
}

function CardHead({ node, view, titleId }) {
  const { kind, word } = standing(node, view);
  const version = view.data?.version ?? roleOf(node.id)?.version;
  return html`<header class="card-head">
    <${NodeDot} kind=${kind} word=${word} />
    <h2 id=${titleId}>${node.name}</h2>
    <span class="muted">${[roleWord(node.id), version].filter(Boolean).join(" · ")}</span>
  </header>`;
}

function OtherName({ node }) {
  const name = otherName(node);
  return name && html`<p class="small muted">signed in as ${name}</p>`;
}

function Figures({ node, data, stats: ofRange, isOld, isAlone }) {
  const { stats, apps } = data.sections;
  return html`<div class=${isOld ? "figures old" : "figures"}>
    ${stats.state === "ok" && !isAlone && html`<${Day} data=${data} stats=${ofRange} />`}
    ${stats.state === "ok" && !isAlone && ofRange !== undefined && html`<${Small} node=${node} stats=${ofRange} />`}
    <ul class="counts">
      ${stats.state === "ok" && !isAlone && html`<li>${clientWords(data, ofRange)}</li>`}
      ${data.totalZones !== null && html`<li>${counted(data.totalZones, "zone", "zones")}</li>`}
      ${apps.state === "ok" && html`<li>${counted(data.totalApps, "app", "apps")}</li>`}
      ${data.hasAdvancedBlocking && html`<li>Advanced Blocking</li>`}
    </ul>
    ${missingWords(data.sections, node.name, open.value ? "The configured token" : undefined).map((words) => html`<p key=${words} class="missing">${words}</p>`)}
  </div>`;
}

/** The chosen range, or the last day until it is known. */
function Day({ data, stats }) {
  const isOfRange = isOther(stats);
  const queries = isOfRange ? stats.totals.totalQueries : data.totalQueries;
  const blocked = isOfRange ? stats.totals.totalBlocked : data.totalBlockedQueries;
  return html`<dl class="day">
    <div><dt>queries, ${isOfRange ? rangeName() : "last 24 h"}</dt><dd>${grouped(queries)}</dd></div>
    <div><dt>blocked (${grouped(blocked)})</dt><dd>${percent(blocked, queries)}</dd></div>
  </dl>`;
}

// The last day is in the overview of the node, which is newer.
function isOther(stats) {
  return Boolean(stats) && range().id !== "day";
}

function clientWords(data, stats) {
  if (!isOther(stats)) return counted(data.totalClients, "client", "clients");
  const { isExact, count } = clientsOf(stats);
  return `${isExact ? "" : "at least "}${counted(count, "client", "clients")}`;
}

function rangeName() {
  return range().id === "custom" ? "this range" : range().words;
}

/** The course in small; its place is there before it. */
function Small({ node, stats }) {
  if (stats === null) return html`<div class="chart chart-small"></div>`;
  return html`<${Chart} isSmall course=${stats.course} span=${stats.span} label=${`Course of ${node.name}, ${spanWords()}`} />`;
}

function Footing({ node, view }) {
  // How long it was up when it last answered is no news of a node that answers no more.
  if (view.problem !== null) return html`<span>last answer <${Ago} at=${view.receivedAt} /></span>`;
  const uptime = view.data.uptime === null ? null : `up ${duration(view.data.uptime)}`;
  const way = node.insecureTransport && me.value.sandbox ? "over http://" : null;
  return html`<span>${[uptime, way].filter(Boolean).join(" · ")}</span>
    <span>answered <${Ago} at=${view.receivedAt} /></span>`;
}

function Skeleton({ shown }) {
  return html`<div class=${shown ? "skeleton shown" : "skeleton"} aria-hidden="true">
    <span class="bone bone-number"></span><span class="bone bone-number"></span>
    <span class="bone bone-chart"></span><span class="bone"></span>
  </div>`;
}
