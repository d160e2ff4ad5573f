/** What we know of one node: its answers, its place in the cluster, the way to it. */
import { html } from "../html.js";
import { duration } from "../format.js";
import { Ago } from "../parts/moment.js";
import { NodeDot } from "../parts/node_dot.js";
import { Sheet } from "../parts/sheet.js";
import { hideNode, openNode } from "../state/address.js";
import { askAgain, roleOf, roleWord, seen } from "../state/seen.js";
import { ended, nodes, otherName } from "../state/session.js";
import { standing } from "../state/standing.js";
import { capital } from "../words.js";
import { offerSignIn } from "./sign_in_node.js";
import { Way } from "./way.js";
import { why } from "./why.js";

export function NodeSheet() {
  const node = nodes.value.find((candidate) => candidate.id === openNode.value);
  if (!node || ended.value) return null;
  return html`<${Sheet} key=${node.id} title=${node.name} onClose=${hideNode}><${Facts} node=${node} /></${Sheet}>`;
}

function Facts({ node }) {
  const view = seen(node.id).value;
  const role = roleOf(node.id);
  const { kind, word } = standing(node, view);
  const reason = why(node, view, kind);
  return html`<p class="standing"><${NodeDot} kind=${kind} /> <strong class=${`word-${kind}`}>${capital(word)}</strong></p>
    ${reason && html`<p>${reason}</p>`}
    ${view.problem?.requestId && html`<p class="small muted">Request <code>${view.problem.requestId}</code></p>`}
    <dl class="facts">
      <${Fact} name="Role" value=${roleWord(node.id)} />
      <${Fact} name="Signed in as" value=${otherName(node)} />
      <${Fact} name="Cluster" value=${role?.clusterState?.domain} />
      <${Fact} name="Name in DNS" value=${role?.clusterState?.dnsServerDomain} />
      <${Fact} name="Address" value=${role?.baseUrl} />
      <${Fact} name="Version" value=${view.data?.version ?? role?.version} />
      <${Fact} name="Up" value=${view.data?.uptime != null ? duration(view.data.uptime) : null} />
      <${Fact} name="Took" value=${view.data ? `${view.data.tookMs} ms` : null} />
      <${Fact} name="Answered" value=${view.receivedAt && html`<${Ago} at=${view.receivedAt} />`} />
    </dl>
    <${Way} node=${node} />
    <div class="actions">
      <button type="button" onClick=${() => askAgain(node.id)}>Ask again</button>
      ${kind === "signed_out" && html`<${SignInAgain} node=${node} />`}
    </div>`;
}

function SignInAgain({ node }) {
  const again = () => {
    hideNode();
    offerSignIn(node.id);
  };
  return html`<button type="button" class="main" onClick=${again}>Sign in to ${node.name}</button>`;
}

function Fact({ name, value }) {
  if (value === undefined || value === null || value === "") return null;
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}
