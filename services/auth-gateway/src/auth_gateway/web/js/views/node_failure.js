/** Why a node's newest answer is missing, what that means, and what to do about it. */
import { html } from "../html.js";
import { clock } from "../format.js";
import { ask } from "../state/seen.js";
import { capital, lowered, nodeWords } from "../words.js";
import { offerSignIn } from "./sign_in_node.js";

export function NodeFailure({ node, view }) {
  return view.problem.code === "node_session_expired"
    ? html`<${SignedOut} node=${node} view=${view} />`
    : html`<${Failed} node=${node} view=${view} />`;
}

function SignedOut({ node, view }) {
  return html`<div class="failure">
    <p><strong>Signed out at ${node.name}</strong></p>
    <p class="muted">${whySignedOut(node)}</p>
    <${Dated} view=${view} />
    <button type="button" onClick=${() => offerSignIn(node.id)}>Sign in to ${node.name}</button>
  </div>`;
}

/** Why we are signed out at a node, as far as the last sign-in and its answers say. */
export function whySignedOut(node) {
  if (node.state === "signed_in" || !node.reason) return "Your session at this node has ended.";
  return node.state === "signed_out" ? node.reason : `When you signed in: ${lowered(node.reason)}`;
}

function Failed({ node, view }) {
  const { problem } = view;
  return html`<div class="failure">
    <p><strong class="word-down">${capital(nodeWords(problem))}</strong></p>
    ${problem.detail && html`<p class="muted">${problem.detail}</p>`}
    <${Dated} view=${view} />
    <p class="failure-foot">
      <button type="button" onClick=${() => ask(node.id)}>Retry ${node.name}</button>
      ${problem.requestId && html`<span class="small muted">request <code>${problem.requestId}</code></span>`}
    </p>
  </div>`;
}

function Dated({ view }) {
  return view.data && html`<p class="muted">The figures below are from ${clock(view.receivedAt)}.</p>`;
}
