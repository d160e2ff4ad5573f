/** What problems are called in front of people: one sentence per code, nobody blamed. */
import { LOCAL } from "./api.js";
import { listed } from "./format.js";

const SERVICES = {
  [LOCAL.networkLost]: "Companion cannot be reached. Check the network of this device.",
  [LOCAL.timedOut]: "Companion did not answer in time.",
  [LOCAL.garbled]: "Something between you and Companion answered in its place.",
  store_unavailable: "Companion cannot reach its session store. You are not signed out by this.",
  session_key_unknown: "This Companion lacks the key that opens your session. An administrator has to look at SESSION_KEYS.",
  upstream_timeout: "A part of Companion did not answer in time.",
  upstream_unavailable: "A part of Companion is not running.",
  https_required: "Signing in works over HTTPS only. Open this page with https:// in its address.",
};

const SIGN_IN = {
  invalid_credentials: "User name or password is not right.",
  missing_credentials: "User name and password are both needed.",
  user_disabled: "This account is disabled. An administrator of your Technitium servers can enable it.",
  totp_required: "This account has two-factor authentication: enter the code of your authenticator app.",
  totp_invalid: "This code is not right. Enter the one your authenticator app shows now.",
  totp_used: "This code was used before. Wait for the next code, at most 30 s.",
  store_unavailable: "Companion cannot reach its session store, so nobody can sign in just now. Try again in a moment.",
  origin_refused: "This page was opened under another address than Companion expects. Open it by its own address.",
  [LOCAL.networkLost]: "Companion cannot be reached. What you typed is kept: try again when the network is back.",
};

const PARTS = { stats: "statistics", apps: "apps" };

/** Why the services themselves failed. */
export function serviceWords(problem) {
  return SERVICES[problem.code] ?? withRequest(problem.detail ?? problem.title ?? "Companion failed.", problem);
}

/** Why a sign-in failed. Of nodes that could not be asked, each is named by `nameOf`. */
export function signInWords(problem, nameOf) {
  if (problem.code === "nodes_unreachable") return unreachableWords(problem.nodes ?? [], nameOf);
  const words = SIGN_IN[problem.code] ?? SERVICES[problem.code];
  return words ?? withRequest(problem.detail ?? "Signing in failed.", problem);
}

function unreachableWords(nodes, nameOf) {
  if (nodes.length === 0) return "No node could be reached.";
  const each = nodes.map((node) => `${nameOf(node.nodeId)}: ${lowered(shortWords(node))}`);
  return `No node could be asked. ${each.join("; ")}.`;
}

function shortWords(node) {
  if (node.error) return node.error.replace(/\.$/, "");
  return node.code === "node_timeout" ? "no answer in time" : "not reachable";
}

/** Why one node gave no answer, short enough for a line that names several: "no answer after 5 s". */
export function nodeWords(problem) {
  if (problem.code === "node_timeout" || problem.code === LOCAL.timedOut) {
    return problem.afterS ? `no answer after ${problem.afterS} s` : "no answer in time";
  }
  if (problem.code === "node_unreachable") return "cannot be reached";
  if (problem.code === "node_permission_denied") return "denied";
  return "failed";
}

/** What a node's problem says beyond `nodeWords`, or null when it would only say the same again. */
export function nodeDetail(problem) {
  if (!problem.detail || problem.code === "node_timeout" || problem.code === LOCAL.timedOut) return null;
  const said = problem.detail.replace(/^The node |\.$/g, "");
  return said === nodeWords(problem) ? null : problem.detail;
}

/** A sentence for each thing that an overview lacks; what rights keep back is one sentence, with who can change it. */
export function missingWords(sections, node, who = "Your account") {
  const parts = Object.entries(sections).map(([name, part]) => ({ ...part, what: PARTS[name] ?? name }));
  const denied = parts.filter((part) => part.state === "denied");
  const failed = parts.filter((part) => part.state !== "denied" && part.state !== "ok");
  const reasons = new Set(failed.map((part) => failedWords(part, node)));
  const together = (reason) => failed.filter((part) => failedWords(part, node) === reason);
  return [
    ...(denied.length > 0 ? [deniedWords(denied, node, who)] : []),
    ...[...reasons].map((reason) => `No ${listed(subjects(together(reason)), "or")}: ${lowered(reason)}.`),
  ];
}

function deniedWords(parts, node, who) {
  const what = listed(subjects(parts), "or");
  const rights = parts.filter((part) => part.section).map((part) => `${part.section}: ${part.permission ?? "View"}`);
  const needs = rights.length > 0 ? ` (needs ${listed(rights, "and")})` : "";
  return `${who} may not see ${what} on ${node}${needs}. An administrator of ${node} can change that.`;
}

function failedWords(part, node) {
  if (part.state === "timeout") return `${node} did not answer that question in time`;
  return part.message ? part.message.replace(/\.$/, "") : `${node} answered with an error`;
}

function subjects(parts) {
  return parts.map((part) => part.what);
}

/** A sentence as it goes on after a colon. */
export function lowered(text) {
  return /^(?!Technitium\b|Companion\b)[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}

function withRequest(text, problem) {
  return problem.requestId ? `${text} (request ${problem.requestId})` : text;
}

/** A word at the beginning of a sentence. */
export function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
