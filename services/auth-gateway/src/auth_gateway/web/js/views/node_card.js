/** One node at a glance, or why it cannot be shown. What came last stays, dated, when the newest request failed. */
import { html } from "../html.js";
import { counted, duration, grouped, percent } from "../format.js";
import { Chart } from "../parts/chart.js";
import { useAfter } from "../parts/delay.js";
import { Ago } from "../parts/moment.js";
import { NodeDot } from "../parts/node_dot.js";
import { entryOf } from "../state/busy.js";
import { range, spanWords } from "../state/range.js";
import { roleOf, roleWord, seen } from "../state/seen.js";
import { me, open, otherName } from "../state/session.js";
import { standing } from "../state/standing.js";
import { missingWords } from "../words.js";
import { NodeFailure } from "./node_failure.js";
import { Way } from "./way.js";

/** `stats` is the newest answer about the chosen range of all nodes, or null before it came. */
export function NodeCard({ node, stats }) {
  const view = seen(node.id).value;
  const isFirst = view.askedAt !== null && view.data === null && view.problem === null;
  const isPale = useAfter(isFirst, 150);
  const isLong = useAfter(view.askedAt !== null, 1000);
  const titleId = `card-${node.id}`;
  return html`<article class="card" aria-labelledby=${titleId} aria-busy=${view.askedAt !== null}>
    <${CardHead} node=${node} view=${view} titleId=${titleId} />
    <${OtherName} node=${node} />
    <${Way} node=${node} />
    ${view.problem && html`<${NodeFailure} node=${node} view=${view} />`}
    ${view.data && html`<${Figures} node=${node} data=${view.data} stats=${entryOf(stats, node.id)?.stats ?? null} isOld=${view.problem !== null} />`}
    ${view.data === null && view.problem === null && html`<${Skeleton} shown=${isPale} />`}
    <footer class="card-foot">
      <span role="status">${isLong ? `waiting for ${node.name} …` : ""}</span>
      ${!isLong && view.data && html`<${Footing} node=${node} view=${view} />`}
    </footer>
  </article>`;
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

function Figures({ node, data, stats: ofRange, isOld }) {
  const { stats, zones, apps } = data.sections;
  return html`<div class=${isOld ? "figures old" : "figures"}>
    ${stats.state === "ok" && html`<${Day} data=${data} stats=${ofRange} />`}
    ${stats.state === "ok" && html`<${Small} node=${node} stats=${ofRange} />`}
    <ul class="counts">
      ${stats.state === "ok" && html`<li>${counted(data.totalClients, "client", "clients")}</li>`}
      ${zones.state === "ok" && html`<li>${zonesWords(data.totalZones)}</li>`}
      ${apps.state === "ok" && html`<li>${counted(data.totalApps, "app", "apps")}</li>`}
      ${data.hasAdvancedBlocking && html`<li>Advanced Blocking</li>`}
    </ul>
    ${missingWords(data.sections, node.name, open.value ? "The configured token" : undefined).map((words) => html`<p key=${words} class="missing">${words}</p>`)}
  </div>`;
}

/** The chosen range, or the last day until it is known. */
function Day({ data, stats }) {
  const isOfRange = stats !== null && range().id !== "day";
  const queries = isOfRange ? stats.totals.totalQueries : data.totalQueries;
  const blocked = isOfRange ? stats.totals.totalBlocked : data.totalBlockedQueries;
  return html`<dl class="day">
    <div><dt>queries, ${isOfRange ? rangeName() : "last 24 h"}</dt><dd>${grouped(queries)}</dd></div>
    <div><dt>blocked (${grouped(blocked)})</dt><dd>${percent(blocked, queries)}</dd></div>
  </dl>`;
}

function rangeName() {
  return range().id === "custom" ? "this range" : range().words;
}

/** The course in small; its place is there before it. */
function Small({ node, stats }) {
  if (stats === null) return html`<div class="chart chart-small"></div>`;
  return html`<${Chart} isSmall course=${stats.course} unit=${stats.span.unit} label=${`Course of ${node.name}, ${spanWords()}`} />`;
}

// A node counts for each person the zones that he may see.
function zonesWords(count) {
  return count === 0 ? "no zones you may see" : counted(count, "zone", "zones");
}

function Footing({ node, view }) {
  const uptime = view.data.uptime === null ? null : `up ${duration(view.data.uptime)}`;
  const way = node.insecureTransport && me.value.sandbox ? "over http://" : null;
  return html`<span>${[uptime, way].filter(Boolean).join(" · ")}</span>
    <span>answered <${Ago} at=${view.receivedAt} /></span>`;
}

function Skeleton({ shown }) {
  return html`<div class=${shown ? "skeleton shown" : "skeleton"} aria-hidden="true">
    <span class="bone bone-number"></span><span class="bone bone-number"></span>
    <span class="bone"></span>
  </div>`;
}
