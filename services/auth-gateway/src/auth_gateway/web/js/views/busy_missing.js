/** Who is missing from the statistics and why, or why there are none at all. */
import { html } from "../html.js";
import { clock, listed } from "../format.js";
import { shown, withoutStats } from "../state/busy.js";
import { rangeQuery } from "../state/range.js";
import { trouble } from "../state/seen.js";
import { nodes, open, signInFirst } from "../state/session.js";
import { askStats } from "../state/stats.js";
import { capital, missingWords, nodeWords, serviceWords } from "../words.js";

const retry = () => signInFirst() || askStats(rangeQuery());

function nameOf(nodeId) {
  return nodes.value.find((node) => node.id === nodeId)?.name ?? nodeId;
}

/** Why one node has no statistics, short enough to stand behind its name. */
function shortWhy(entry) {
  if (entry.state === "signed_out") return "not signed in";
  return nodeWords({ code: entry.code, afterS: Math.round(entry.tookMs / 1000) });
}

/** What a right keeps back, in whole sentences; the other reasons follow names. */
function deniedWords(entry) {
  return missingWords({ stats: entry }, nameOf(entry.nodeId), open.value ? "The configured token" : undefined);
}

/** Below the numbers: whom they leave out. */
export function Missing({ view, node }) {
  const missing = withoutStats(view.data, node);
  if (missing.length === 0) return null;
  const denied = missing.filter((entry) => entry.state === "denied");
  const others = missing.filter((entry) => entry.state !== "denied");
  return html`<span class="without">
    ${others.length > 0 && html`<span>Without ${listed(others.map((entry) => `${nameOf(entry.nodeId)} (${shortWhy(entry)})`), "and")}</span>${" · "}
      <button type="button" class="link" onClick=${retry}>retry</button>`}
    ${denied.map((entry) => html`<span key=${entry.nodeId}>${deniedWords(entry)}</span>`)}
  </span>`;
}

/** In place of the numbers, or above those that came last. */
export function BusyFailure({ view, node }) {
  if (view.problem !== null) return html`<${Failed} view=${view} />`;
  if (view.data === null || shown(view.data, node) !== null) return null;
  const missing = withoutStats(view.data, node);
  const isDenied = missing.every((entry) => entry.state === "denied");
  return html`<div class="failure">
    <p><strong class="word-down">${isDenied ? "Denied" : "No statistics"}</strong></p>
    ${missing.map((entry) => html`<p key=${entry.nodeId} class="muted">${entry.state === "denied" ? deniedWords(entry) : `${nameOf(entry.nodeId)}: ${shortWhy(entry)}`}</p>`)}
    ${!isDenied && html`<button type="button" onClick=${retry}>Retry</button>`}
  </div>`;
}

function Failed({ view }) {
  const { problem } = view;
  // The note above the page says it already when nothing else came through either.
  const isSaid = trouble.value?.code === problem.code;
  return html`<div class="failure">
    <p><strong class="word-down">${view.data === null ? "No statistics" : "No newer statistics"}</strong></p>
    ${!isSaid && html`<p class="muted">${capital(serviceWords(problem))}</p>`}
    ${view.data !== null && html`<p class="muted">The figures below are from ${clock(view.receivedAt)}.</p>`}
    <p class="failure-foot">
      <button type="button" onClick=${retry}>Retry</button>
      ${problem.requestId && html`<span class="small muted">request <code>${problem.requestId}</code></span>`}
    </p>
  </div>`;
}
