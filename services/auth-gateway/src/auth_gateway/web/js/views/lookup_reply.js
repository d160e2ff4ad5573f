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
  return html`<div class="failure"><p>${node.state === "denied" ? stateWords(node) : html`<strong class=${node.state === "signed_out" ? "word-slow" : "word-down"}>${stateWords(node)}</strong>`}</p>
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
    ${reply.extendedErrors.filter((one) => !isSaid(one, reply)).map((one) => html`<p class="small muted">${[one.code, one.text].filter(Boolean).join(": ")}</p>`)}
    <p class="small muted lookup-way">${wayWords(reply, question).join(" · ")}</p>`;
}

// What blocked the name stands above, in words.
function isSaid({ code, text }, { blocked }) {
  return blocked !== null && (text === blocked || code === "Blocked");
}

function Records({ word, records, dnssec }) {
  return html`<table class="records">
    <caption>${word}</caption>
    <thead class="unseen"><tr><th scope="col">Type</th><th scope="col">Data</th><th scope="col">TTL</th></tr></thead>
    ${ofOneName(records).map(({ name, own }, index) => html`<tbody key=${index}>
      <tr><th scope="rowgroup" colspan="3"><code>${name || "."}</code></th></tr>
      ${own.map((one, at) => html`<tr key=${at}>
        <td>${one.type}</td>
        <td><code>${one.data}</code>${dnssec && html` <span class="muted">${one.dnssecStatus}</span>`}</td>
        <td class="number" title=${one.ttl === null ? undefined : `${one.ttl} s: until ${exact(Date.now() + one.ttl * 1000)}`}>${one.ttl === null ? "—" : duration(one.ttl)}</td>
      </tr>`)}
    </tbody>`)}
  </table>`;
}

/** Records that follow one another below the name that they have in common. */
function ofOneName(records) {
  const groups = [];
  for (const one of records) {
    if (groups.at(-1)?.name === one.name) groups.at(-1).own.push(one);
    else groups.push({ name: one.name, own: [one] });
  }
  return groups;
}
