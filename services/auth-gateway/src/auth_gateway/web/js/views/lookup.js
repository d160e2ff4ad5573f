/** DNS lookups by one node or all of them side by side. The address holds the question. */
import { html } from "../html.js";
import { useEffect, useRef, useState } from "../../vendor/preact-hooks.js";
import { call } from "../api.js";
import { duration, listed } from "../format.js";
import { useAfter } from "../parts/delay.js";
import { Note } from "../parts/note.js";
import { useRefresh } from "../parts/on_refresh.js";
import { param, setParams } from "../state/address.js";
import { now } from "../state/clock.js";
import { nameOf } from "../state/names.js";
import { isOfNode } from "../state/seen.js";
import { nodes, signInFirst, user } from "../state/session.js";
import { serviceWords } from "../words.js";
import { draft, keepDraft } from "./lookup_draft.js";
import { LookupForm } from "./lookup_form.js";
import { addressOf, failedShape, pathOf, questionOf, sameShape, USUAL } from "./lookup_question.js";
import { NodeReply } from "./lookup_reply.js";
import { agreementWords } from "./lookup_words.js";

// A node waits 20 s for a server that is silent, and says so then.
const TIMEOUT_S = 40;
const NOTHING = Object.freeze({ answer: null, problem: null, askedAt: null });

export function View() {
  return html`<div class="page-head"><h1>Lookup</h1></div><${Lookup} key=${user.value} />`;
}

function Lookup() {
  const question = questionOf(param);
  const key = JSON.stringify(question);
  const [typed, setTyped] = useState(() => question ?? draft() ?? USUAL);
  const [found, setFound] = useState(NOTHING);
  const turn = useRef(0);
  const ask = async () => {
    if (question === null) return;
    const mine = ++turn.current;
    const began = Date.now();
    setFound((was) => ({ ...was, problem: null, askedAt: began }));
    const answer = await call("GET", pathOf(question), { timeoutS: TIMEOUT_S });
    if (mine !== turn.current) return;
    setFound(settled(answer, question, Date.now() - began));
  };
  useEffect(() => {
    turn.current += 1;
    setFound(NOTHING);
    // Back and links bring another question; a page opened without one keeps what was typed.
    if (question !== null) setTyped(question);
    ask();
  }, [key]);
  // A question that an ended session cut short is asked again; others are asked by hand alone.
  useRefresh(() => found.problem?.code === "session_invalid" && ask());

  const onType = (changes) => {
    const next = { ...typed, ...changes };
    setTyped(next);
    keepDraft(next);
  };
  const onAsk = () => {
    if (signInFirst()) return;
    const next = { ...typed, name: typed.name.trim(), type: typed.type.trim().toUpperCase() || USUAL.type, server: typed.server.trim() };
    if (JSON.stringify(next) === key) ask();
    else setParams(addressOf(next));
  };
  return html`<${LookupForm} typed=${typed} refused=${found.problem?.code === "invalid_request" ? found.problem : null}
      isAsked=${found.askedAt !== null} onType=${onType} onAsk=${onAsk} />
    <${Waiting} askedAt=${found.askedAt} question=${question} />
    <${Failure} problem=${found.problem} onRetry=${ask} />
    ${question === null && html`<p class="muted">What each node answers stands here side by side, and whether they say the same.</p>`}
    ${found.answer !== null && html`<${Answers} answer=${found.answer} isPale=${found.askedAt !== null} onRetry=${ask} />`}`;
}

function Answers({ answer, isPale, onRetry }) {
  const agreement = agreementWords(answer);
  const most = new Set(answer.answers[0]?.nodeIds);
  const differs = (node) => answer.agree === false && Boolean(node.reply) && !most.has(node.nodeId);
  return html`<section class=${isPale ? "lookup-answers pale" : "lookup-answers"} aria-label="Answers" aria-busy=${isPale}>
    ${agreement && html`<${Note} kind=${kindOf(answer)} role="status">${agreement}</${Note}>`}
    <div class="lookup-nodes">${answer.nodes.map((node) => html`<${NodeReply} key=${node.nodeId} node=${node} question=${answer.question} differs=${differs(node)} onRetry=${onRetry} />`)}</div>
  </section>`;
}

function kindOf({ agree, answers, nodes }) {
  if (!agree) return "warn";
  return answers.flatMap((one) => one.nodeIds).length === nodes.length ? "ok" : "info";
}

function Waiting({ askedAt, question }) {
  const isLong = useAfter(askedAt !== null, 1000);
  const seconds = isLong ? Math.max(1, (now.value - askedAt) / 1000) : 0;
  const whom = question?.node ? nameOf(question.node) : listed(nodes.value.map((node) => node.name), "and");
  return html`<p class="muted lookup-waiting" role="status">
    ${isLong && html`waiting for ${whom} … <span aria-live="off">${duration(seconds)}</span>; a node gives a silent server up to 20 s`}
  </p>`;
}

function Failure({ problem, onRetry }) {
  if (problem === null || problem.code === "session_invalid" || problem.code === "invalid_request") return null;
  return html`<${Note} kind="bad" role="alert">${serviceWords(problem)}${" "}
    <button type="button" class="link" onClick=${onRetry}>Ask again</button></${Note}>`;
}

/** What an answer of `call` means for the page; the one node that was asked may be what failed. */
function settled(answer, question, tookMs) {
  if (answer.ok) return { ...NOTHING, answer: sameShape(answer.data) };
  const isOfOne = question.node && isOfNode(answer.problem) && answer.problem.code !== "node_unknown";
  return isOfOne ? { ...NOTHING, answer: failedShape(question, answer.problem, tookMs) } : { ...NOTHING, problem: answer.problem };
}
