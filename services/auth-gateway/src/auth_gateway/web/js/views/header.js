/** The line above every page: where we are, how each node stands, who is signed in. */
import { html } from "../html.js";
import { NodeDot } from "../parts/node_dot.js";
import { showNode } from "../state/address.js";
import { roleWord, seen } from "../state/seen.js";
import { nodes } from "../state/session.js";
import { standing } from "../state/standing.js";
import { capital } from "../words.js";
import { UserMenu } from "./user_menu.js";
import { why } from "./why.js";

export function Header() {
  return html`<header class="top">
    <a class="wordmark" href="/">
      <img src="/favicon.svg" alt="" width="24" height="24" /><span class="wordmark-name">Companion</span>
    </a>
    <nav class="top-nodes" aria-label="Nodes">
      <ul>${nodes.value.map((node) => html`<li key=${node.id}><${NodeButton} node=${node} /></li>`)}</ul>
    </nav>
    <${UserMenu} />
  </header>`;
}

function NodeButton({ node }) {
  const view = seen(node.id).value;
  const { kind, word } = standing(node, view);
  const isPrimary = roleWord(node.id) === "Primary";
  const reason = why(node, view, kind);
  const quiet = kind === "up" || kind === "unknown";
  return html`<button type="button" class="quiet node-button" title=${reason && !quiet ? `${capital(word)}. ${reason}` : word}
    onClick=${() => showNode(node.id)}>
    <${NodeDot} kind=${kind} />
    <span class="node-name">${node.name}</span>
    ${isPrimary && html`<span class="muted wide-only">Primary</span>`}
    <span class=${quiet ? "unseen" : `word-${kind} wide-only`}>${word}</span>
  </button>`;
}
