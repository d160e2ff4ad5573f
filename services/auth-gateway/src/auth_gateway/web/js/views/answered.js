/** How many nodes answered for themselves, and who did not. */
import { html } from "../html.js";
import { useAfter } from "../parts/delay.js";
import { askAgain, seen } from "../state/seen.js";
import { nodes } from "../state/session.js";
import { standing } from "../state/standing.js";
import { nodeWords } from "../words.js";

/** "2 of 3 nodes answered · ns3: no answer after 5 s · retry". */
export function Answered() {
  const views = nodes.value.map((node) => ({ node, view: seen(node.id).value }));
  const waiting = views.filter(({ view }) => view.askedAt !== null);
  const failed = views.filter(({ view }) => view.problem !== null && view.askedAt === null);
  const answered = views.filter(({ view }) => view.data !== null && view.problem === null);
  const isLong = useAfter(waiting.length > 0, 1000);
  const begun = answered.length + failed.length > 0;
  const retried = failed.filter(({ view }) => view.problem.code !== "node_session_expired");
  const retry = () => retried.forEach(({ node }) => askAgain(node.id));
  return html`<p class="answered muted" role="status">
    ${begun && html`<span>${answered.length} of ${views.length} nodes answered</span>`}
    ${isLong && html`<span>waiting for ${waiting.map(({ node }) => node.name).join(", ")} …</span>`}
    ${failed.map(({ node, view }) => html`<span key=${node.id}>${node.name}: ${shortWhy(node, view)}</span>`)}
    ${retried.length > 0 && html`<button type="button" class="link" onClick=${retry}>retry</button>`}
  </p>`;
}

function shortWhy(node, view) {
  const { kind, word } = standing(node, view);
  return kind === "signed_out" ? word : nodeWords(view.problem);
}
