/** Who asked most, what was asked for most, and what was blocked most. */
import { html } from "../html.js";
import { grouped } from "../format.js";
import { useAfter } from "../parts/delay.js";
import { Cut } from "../parts/cut.js";
import { href } from "../state/address.js";
import { shown } from "../state/busy.js";

const LISTS = [
  { id: "topClients", title: "Top clients", parameter: "client", empty: "No client asked in this range." },
  { id: "topDomains", title: "Top domains", parameter: "domain", empty: "No domain was asked for in this range." },
  { id: "topBlockedDomains", title: "Top blocked", parameter: "domain", empty: "Nothing was blocked in this range." },
];

const BONES = [88, 80, 72, 64, 56, 50, 44, 40, 36, 32];

export function TopLists({ view, node }) {
  const stats = shown(view.data, node);
  const isPale = useAfter(view.askedAt !== null && view.data === null, 150);
  if (stats === null && view.data !== null) return null;
  return html`<div class=${stats === null ? "cards lists asked" : "cards lists"}>
      ${LISTS.map((list) => html`<${TopList} key=${list.id} list=${list} stats=${stats} node=${node} isPale=${isPale} />`)}
    </div>
    ${stats?.span.isLastRunning && html`<p class="small muted">The lists leave out the ${stats.span.unit} that still runs.</p>`}`;
}

function TopList({ list, stats, node, isPale }) {
  const rows = stats?.[list.id] ?? [];
  const most = Math.max(1, ...rows.map((row) => row.hits));
  return html`<section class=${`card list list-${list.id}`} aria-labelledby=${`list-${list.id}`}>
    <header class="card-head"><h2 id=${`list-${list.id}`}>${list.title}</h2></header>
    ${stats === null && html`<${Bones} shown=${isPale} />`}
    ${stats !== null && rows.length === 0 && html`<p class="muted">${list.empty}</p>`}
    <ol>
      ${rows.map((row) => html`<li key=${row.name}><${Row} row=${row} most=${most} address=${href("logs", { node: node?.id, [list.parameter]: row.name })} /></li>`)}
    </ol>
  </section>`;
}

function Row({ row, most, address }) {
  return html`<i class="bar" style=${{ width: `${(100 * row.hits) / most}%` }}></i>
    <a href=${address}>${row.domain ? html`<${Cut} text=${row.domain} tail=${0} />` : html`<${Cut} text=${row.nameIdn || row.name} />`}</a>
    ${row.domain && html`<span class="address small muted">${row.name}</span>`}
    ${row.rateLimited && html`<span class="small word-slow">rate limited</span>`}
    <span class="hits">${row.atLeast && html`<span class="small muted">at least </span>`}${grouped(row.hits)}</span>`;
}

function Bones({ shown: isShown }) {
  return html`<div class=${isShown ? "bones shown" : "bones"} aria-hidden="true">
    ${BONES.map((width) => html`<span key=${width} class="bone" style=${{ width: `${width}%` }}></span>`)}
  </div>`;
}
