/**
 * What each node last said, each asked by its own request so that one that hangs never delays another.
 *
 * Of every node there is a signal of `{askedAt, data, receivedAt, problem}`: `askedAt` is null unless a request is
 * under way, `data` is the last good answer with the time it came, `problem` says why the newest request failed (with
 * `afterS`, how long that took), or is null. Times are epoch milliseconds of this browser.
 */
import { signal } from "../../vendor/signals.js";
import { call, LOCAL } from "../api.js";
import { nodes, onIdentityChange, signInFirst } from "./session.js";

const NOTHING = Object.freeze({ askedAt: null, data: null, receivedAt: null, problem: null });

const perNode = new Map();

/** The last answer of /api/nodes: role, version and cluster of each node; null before the first. */
export const roles = signal(null);

/** Why the newest request did not even reach the services that ask the nodes, or null. */
export const trouble = signal(null);

/** When the last good answer of any node came, or null. */
export const lastGoodAt = signal(null);

export function seen(nodeId) {
  if (!perNode.has(nodeId)) perNode.set(nodeId, signal(NOTHING));
  return perNode.get(nodeId);
}

// Raised when another person's session begins: answers to the one before are dropped.
let audience = 0;

onIdentityChange(() => {
  audience += 1;
  for (const cell of perNode.values()) cell.value = NOTHING;
  roles.value = null;
  trouble.value = null;
  lastGoodAt.value = null;
});

/** Asks one node for its overview, unless a request to it is under way. */
export async function ask(nodeId, { poll = false } = {}) {
  const cell = seen(nodeId);
  if (cell.value.askedAt !== null) return;
  const asked = audience;
  cell.value = { ...cell.value, askedAt: Date.now() };
  const answer = await call("GET", `/api/nodes/${encodeURIComponent(nodeId)}/overview`, { poll });
  if (asked === audience) settle(cell, answer.ok ? orGone(answer) : answer);
}

// Answers to a poll may be made of parts that are a minute old, but for the day's numbers: a node that cannot be
// reached for those is not there, whatever it said before.
function orGone(answer) {
  const { stats } = answer.data.sections;
  if (stats.code !== "node_unreachable") return answer;
  return { ok: false, problem: { code: stats.code, detail: stats.message } };
}

function settle(cell, answer) {
  if (answer.ok) {
    cell.value = { askedAt: null, data: answer.data, receivedAt: Date.now(), problem: null };
    trouble.value = null;
    lastGoodAt.value = Date.now();
    return;
  }
  const { problem } = answer;
  const ofNode = isOfNode(problem);
  problem.afterS = Math.round((Date.now() - cell.value.askedAt) / 1000);
  cell.value = { ...cell.value, askedAt: null, problem: ofNode ? problem : cell.value.problem };
  if (problem.code === "session_invalid") return;
  trouble.value = ofNode ? null : problem;
}

/** Whether a problem is that of one node, not of the services between us and all of them. */
export function isOfNode(problem) {
  return problem.code.startsWith("node_") || problem.code === LOCAL.timedOut;
}

let rolesAsked = false;
let rolesWanted = false;

// What is under way may have been asked before the change that somebody wants to see, so it is asked once more.
async function askRoles({ poll }) {
  rolesWanted = true;
  if (rolesAsked) return;
  rolesAsked = true;
  while (rolesWanted) {
    rolesWanted = false;
    const asked = audience;
    const answer = await call("GET", "/api/nodes", { poll });
    if (asked === audience && answer.ok) roles.value = answer.data;
  }
  rolesAsked = false;
}

/** Asks one node again because somebody wants it: what it says of itself, and of its place in the cluster. */
export async function askAgain(nodeId) {
  if (signInFirst()) return;
  await Promise.all([ask(nodeId), askRoles({ poll: false })]);
}

/** Asks every configured node, all at once. */
export async function askAll({ poll = false } = {}) {
  await Promise.all([askRoles({ poll }), ...nodes.value.map((node) => ask(node.id, { poll }))]);
}

/** What /api/nodes says of one node, or null while it has not answered. */
export function roleOf(nodeId) {
  return roles.value?.find((entry) => entry.id === nodeId) ?? null;
}

/** A node's role in its cluster, as "Primary"; null while nobody can say, as of a node that is down. */
export function roleWord(nodeId) {
  const type = roleOf(nodeId)?.clusterState?.type ?? "Unknown";
  return type === "Unknown" ? null : type;
}
