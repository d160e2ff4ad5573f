/** Why a node's newest answer is missing, what that means, and what to do about it. */
import { html } from "../html.js";
import { clock } from "../format.js";
import { askAgain } from "../state/seen.js";
import { isNeverIn } from "../state/standing.js";
import { capital, nodeDetail, nodeWords } from "../words.js";
import { offerSignIn } from "./sign_in_node.js";
import { whySignedOut } from "./why.js";

export function NodeFailure({ node, view }) {
  return view.problem.code === "node_session_expired"
    ? html`<${SignedOut} node=${node} view=${view} />`
    : html`<${Failed} node=${node} view=${view} />`;
}

function SignedOut({ node, view }) {
  return html`<div class="failure">
    <p><strong>${isNeverIn(node) ? "Not signed in" : "Signed out"} at ${node.name}</strong></p>
    <p class="muted">${whySignedOut(node)}</p>
    <${Dated} view=${view} />
    <button type="button" onClick=${() => offerSignIn(node.id)}>Sign in to ${node.name}</button>
  </div>`;
}

function Failed({ node, view }) {
  const { problem } = view;
  const detail = nodeDetail(problem);
  return html`<div class="failure">
    <p><strong class="word-down">${capital(nodeWords(problem))}</strong></p>
    ${detail && html`<p class="muted">${detail}</p>`}
    <${Dated} view=${view} />
    <p class="failure-foot">
      <button type="button" onClick=${() => askAgain(node.id)}>Retry ${node.name}</button>
      ${problem.requestId && html`<span class="small muted">request <code>${problem.requestId}</code></span>`}
    </p>
  </div>`;
}

function Dated({ view }) {
  return view.data && html`<p class="muted">The figures below are from ${clock(view.receivedAt)}.</p>`;
}
