/** Why a node does not show what it could, in whole sentences. */
import { clock } from "../format.js";
import { me } from "../state/session.js";
import { isNeverIn } from "../state/standing.js";
import { lowered } from "../words.js";

/** The reason of a node's standing of this `kind`, or null when there is none to give. */
export function why(node, view, kind) {
  return kind === "signed_out" ? whySignedOut(node) : (view.problem?.detail ?? null);
}

/** Why we are not signed in at a node, as far as the last sign-in and the node's answers say. */
export function whySignedOut(node) {
  if (node.state === "signed_in" || !node.reason) return "Your session at this node has ended.";
  if (!isNeverIn(node) || node.code === "not_signed_in") return node.reason;
  return `When you signed in${momentOf(node)}: ${lowered(node.reason)}`;
}

// What the server says of a wait counts from the sign-in, so that moment stands with it.
function momentOf(node) {
  const { session } = me.value;
  return node.code === "throttled" && session ? ` at ${clock(Date.parse(session.createdAt))}` : "";
}
