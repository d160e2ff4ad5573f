/** One word for how a node stands, decided from what it said last. Pure: no signals, no time of its own. */

const SLOW_MS = 1000;

// Of the nodes where we are signed out, those where we have not been signed in at all.
const NEVER_IN = new Set(["throttled", "sign_in_busy", "not_signed_in"]);

const OF_PROBLEM = {
  node_permission_denied: ["denied", "denied"],
  node_unreachable: ["down", "down"],
  node_timeout: ["down", "no answer"],
  timed_out: ["down", "no answer"],
};

/**
 * The standing of one node: `kind` is up, slow, signed_out, denied, down or unknown; `word` says it beside the sign.
 *
 * What the node answered last counts most; before its first answer, what /api/auth/me says of the sign-in does.
 */
export function standing(node, view) {
  if (view.problem?.code === "node_session_expired") return signedOutStanding(node);
  if (view.problem !== null) return problemStanding(view.problem);
  if (view.data !== null) return answerStanding(view.data);
  return node.state === "signed_in" ? { kind: "unknown", word: "waiting" } : signedOutStanding(node);
}

/** Whether there was never a session at this node since the sign-in; false for one that ended. */
export function isNeverIn(node) {
  return node.state === "signed_out" ? NEVER_IN.has(node.code) : node.state !== "signed_in";
}

function signedOutStanding(node) {
  return { kind: "signed_out", word: isNeverIn(node) ? "not signed in" : "signed out" };
}

function problemStanding(problem) {
  const [kind, word] = OF_PROBLEM[problem.code] ?? ["down", "failed"];
  return { kind, word };
}

// The node went away between saying who we are and answering the rest.
function isOfDeadNode(part) {
  return part.state !== "ok" && OF_PROBLEM[part.code]?.[0] === "down";
}

function answerStanding(data) {
  const parts = Object.values(data.sections ?? {});
  if (parts.length > 0 && parts.every((part) => part.state === "denied")) return { kind: "denied", word: "denied" };
  if (parts.length > 0 && parts.every((part) => isOfDeadNode(part))) return problemStanding(parts[0]);
  if (data.tookMs > SLOW_MS) return { kind: "slow", word: "slow" };
  return { kind: "up", word: "up" };
}
