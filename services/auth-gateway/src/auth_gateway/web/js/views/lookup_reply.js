/** What one node found out: the reply it got, or why it got none. */
import { html } from "../html.js";
import { NodeDot } from "../parts/node_dot.js";
import { Note } from "../parts/note.js";
import { duration, exact } from "../format.js";
import { nameOf } from "../state/names.js";
import { blockedWords, codeWords, failureWords, stateWords, wayWords } from "./lookup_words.js";
import { offerSignIn } from "./sign_in_node.js";

const SECTIONS = [
  { id: "answer", word: "Answer" },
  { id: "authority", word: "Authority" },
  { id: "additional", word: "Additional" },
];

const RETRIED = new Set(["unreachable", "timeout", "error"]);

const KINDS = { ok: "up", denied: "denied", signed_out: "signed_out" };

/** `differs` says that most nodes said something else; `onRetry` asks once more. */
export function NodeReply({ node, question, differs, onRetry }) {
  const id = `lookup-${node.nodeId}`;
  return html`<article class=${differs ? "card lookup-card differs" : "card lookup-card"} aria-labelledby=${id}>
    <header class="card-head"><${NodeDot} kind=${KINDS[node.state] ?? "down"} /><h2 id=${id}>${nameOf(node.nodeId)}</h2>
      ${differs && html`<span class="word-slow">differs</span>`}
      ${node.reply && html`<span class=${node.reply.rcode === "NoError" ? "muted" : "word-slow"}>${node.reply.rcode}</span>`}</header>
    ${node.reply && html`<${Reply} reply=${node.reply} question=${question} />`}
    ${node.failure && html`<div class="failure"><p><strong class="word-down">${failureWords(node, question)}</strong></p>
      <p class="muted small">${node.failure.message}</p></div>`}
    ${node.state !== "ok" && html`<${NoReply} node=${node} onRetry=${onRetry} />`}
  </article>`;
}

/** The node itself gave no answer. */
function NoReply({ node, onRetry }) {
  const name = nameOf(node.nodeId);
  return html`<div class="failure"><p class=${node.state === "denied" ? undefined : "word-down"}>${stateWords(node)}</p>
    ${node.message && node.state !== "denied" && html`<p class="muted small">${node.message}</p>`}
    ${node.state === "signed_out" && html`<button type="button" onClick=${() => offerSignIn(node.nodeId)}>Sign in to ${name}</button>`}
    ${RETRIED.has(node.state) && html`<button type="button" onClick=${onRetry}>Ask again</button>`}</div>`;
}

function Reply({ reply, question }) {
  const words = codeWords(reply);
  return html`${reply.blocked !== null && html`<${Note} kind="warn">${blockedWords(reply.blocked)}</${Note}>`}
    ${reply.warning && html`<${Note} kind="warn">${reply.warning}</${Note}>`}
    ${words && reply.blocked === null && html`<p>${words}</p>`}
    ${SECTIONS.filter(({ id }) => reply[id].length > 0).map(({ id, word }) => html`<${Records} key=${id} word=${word} records=${reply[id]} dnssec=${question.dnssec} />`)}
    ${reply.extendedErrors.filter((one) => one.text !== reply.blocked).map((one) => html`<p class="small muted">${[one.code, one.text].filter(Boolean).join(": ")}</p>`)}
    <p class="small muted lookup-way">${wayWords(reply, question).join(" · ")}</p>`;
}

function Records({ word, records, dnssec }) {
  return html`<table class="records">
    <caption>${word}</caption>
    <thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col" class="number">TTL</th><th scope="col">Data</th></tr></thead>
    <tbody>${records.map((one, index) => html`<tr key=${index}>
      <td><code>${one.name || "."}</code></td><td>${one.type}</td>
      <td class="number" title=${one.ttl === null ? undefined : `${one.ttl} s: until ${exact(Date.now() + one.ttl * 1000)}`}>${one.ttl === null ? "—" : duration(one.ttl)}</td>
      <td><code>${one.data}</code>${dnssec && html` <span class="small muted">${one.dnssecStatus}</span>`}</td>
    </tr>`)}</tbody>
  </table>`;
}
