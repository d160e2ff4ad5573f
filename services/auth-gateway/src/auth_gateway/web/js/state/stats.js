/**
 * How busy the nodes were, each and together, one answer for each range that was looked at.
 *
 * Of every range there is a signal of `{askedAt, data, receivedAt, problem}`, as of a node in `state/seen.js`.
 */
import { signal } from "../../vendor/signals.js";
import { call } from "../api.js";
import { onIdentityChange } from "./session.js";

const NOTHING = Object.freeze({ askedAt: null, data: null, receivedAt: null, problem: null });

// Enough for going back and forth; the longest unused goes first.
const MOST = 8;

// A node that hangs is given up after 5 s, with one more ask for a login that was lost.
const TIMEOUT_S = 15;

const perRange = new Map();

let audience = 0;

onIdentityChange(() => {
  audience += 1;
  for (const cell of perRange.values()) cell.value = NOTHING;
});

/** What was said last about the range of `query` (`type=LastDay`). */
export function statsOf(query) {
  const cell = perRange.get(query) ?? signal(NOTHING);
  perRange.delete(query);
  perRange.set(query, cell);
  if (perRange.size > MOST) perRange.delete(perRange.keys().next().value);
  return cell;
}

/** Asks for a range, unless a request for it is under way. */
export async function askStats(query, { poll = false } = {}) {
  const cell = statsOf(query);
  if (cell.peek().askedAt !== null) return;
  const asked = audience;
  cell.value = { ...cell.peek(), askedAt: Date.now() };
  const answer = await call("GET", `/api/nodes/all/stats?${query}`, { poll, timeoutS: TIMEOUT_S });
  if (asked === audience) cell.value = settled(cell.peek(), answer);
}

function settled(last, answer) {
  if (answer.ok) return { askedAt: null, data: answer.data, receivedAt: Date.now(), problem: null };
  const afterS = Math.round((Date.now() - last.askedAt) / 1000);
  const isOver = answer.problem.code === "session_invalid";
  return { ...last, askedAt: null, problem: isOver ? last.problem : { ...answer.problem, afterS } };
}
