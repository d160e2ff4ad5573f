/** One of one's sessions: where it is, since when, until when, and at which nodes. */
import { html } from "../html.js";
import { duration, exact } from "../format.js";
import { Ago } from "../parts/moment.js";
import { NodeDot } from "../parts/node_dot.js";
import { now } from "../state/clock.js";
import { nameOf } from "../state/names.js";
import { agentWords } from "./sessions_agent.js";

const OF_STATE = {
  signed_in: ["up", "signed in"],
  signed_out: ["signed_out", "signed out"],
  unreachable: ["down", "could not be reached"],
  denied: ["denied", "denied"],
};

export function SessionRow({ session, onEnd }) {
  const ends = Date.parse(session.expiresAt);
  const words = agentWords(session.agent);
  return html`<li class=${session.current ? "card own-session current" : "card own-session"}>
    <header class="card-head">
      <h2 title=${session.agent}>${words}</h2>
      ${session.current && html`<span class="this-one">This session</span>`}
    </header>
    <dl class="facts">
      <dt>Address</dt><dd><code>${session.client}</code></dd>
      <dt>Signed in</dt><dd><${Ago} at=${Date.parse(session.createdAt)} /></dd>
      <dt>Last seen</dt><dd><${Ago} at=${Date.parse(session.lastSeenAt)} /></dd>
      <dt>Ends</dt><dd><time datetime=${session.expiresAt} title=${exact(ends)}>${endWords(ends, now.value)}</time></dd>
      <dt>Nodes</dt><dd><ul class="session-nodes">${session.nodes.map((node) => html`<${NodeState} key=${node.id} node=${node} />`)}</ul></dd>
    </dl>
    <p><button type="button" aria-label=${session.current ? undefined : `End session: ${words} at ${session.client}`} onClick=${onEnd}>
      ${session.current ? "End this session" : "End session"}
    </button></p>
  </li>`;
}

function NodeState({ node }) {
  const [kind, word] = OF_STATE[node.state] ?? ["unknown", node.state];
  return html`<li title=${word}><${NodeDot} kind=${kind} />${nameOf(node.id)}
    <span class=${kind === "up" ? "unseen" : `small word-${kind}`}>${word}</span></li>`;
}

function endWords(ends, at) {
  return ends <= at ? "now" : `in ${duration((ends - at) / 1000)}`;
}
