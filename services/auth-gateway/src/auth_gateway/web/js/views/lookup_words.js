/** What lookups say in words. */
import { counted, duration, listed } from "../format.js";
import { nameOf } from "../state/names.js";
import { open } from "../state/session.js";
import { capital } from "../words.js";
import { nodeShort } from "./logs_words.js";

const ASKED = {
  "this-server": (node) => node,
  "recursive-resolver": () => "the servers from the root on",
  "system-dns": () => "the system’s DNS",
};

/** "No answer from 192.0.2.53 after 20 s". */
export function failureWords({ failure, nodeId, tookMs }, { server }) {
  if (failure.kind !== "timed_out") return "The lookup failed";
  const whom = ASKED[server]?.(nameOf(nodeId)) ?? server;
  return `No answer from ${whom} after ${duration(tookMs / 1000)}`;
}

/** Why a node itself gave no answer. */
export function stateWords(node) {
  if (node.state === "denied") {
    const { section = "DnsClient", permission = "View" } = node;
    const who = open.value ? "The configured token" : "Your account";
    return `${who} may not look names up on ${nameOf(node.nodeId)} (needs ${section}: ${permission}). An administrator of ${nameOf(node.nodeId)} can change that.`;
  }
  return capital(nodeShort(node));
}

/** Whether the nodes say the same. */
export function agreementWords({ agree, answers, nodes }) {
  if (agree === null) return null;
  const several = answers.flatMap((one) => one.nodeIds);
  const silent = nodes.map(({ nodeId }) => nodeId).filter((nodeId) => !several.includes(nodeId));
  if (agree) return silent.length === 0 ? `All ${nodes.length} nodes say the same.` : `${names(several)} say the same; no answer from ${names(silent)}.`;
  return `The nodes differ: ${answers.map((one) => `${names(one.nodeIds)}: ${answerWords(one)}`).join("; ")}.`;
}

function answerWords({ rcode, records }) {
  return records.length === 0 ? `${rcode}, no record` : `${rcode}, ${counted(records.length, "record", "records")}`;
}

function names(nodeIds) {
  return listed(nodeIds.map(nameOf), "and");
}

/** What a response code means, for those that need a word. */
export function codeWords({ rcode, answer }) {
  const known = {
    NoError: answer.length > 0 ? null : "The name exists, with no record of this type.",
    NxDomain: "There is no such name.",
    ServerFailure: "The server could not find out.",
    Refused: "The server does not answer this to whom asked.",
  };
  return known[rcode] ?? null;
}

/** How the reply came: who answered, how fast, and what it claims. */
export function wayWords(reply, { dnssec }) {
  return [
    reply.nameServer,
    reply.protocol?.toUpperCase(),
    reply.roundTripMs === null ? null : `${reply.roundTripMs} ms`,
    reply.authoritative ? "authoritative" : null,
    reply.truncated ? "truncated" : null,
    dnssec ? (reply.authenticData ? "validated by DNSSEC" : "not validated by DNSSEC") : null,
  ].filter(Boolean);
}

const SOURCES = {
  "blocked-zone": "the blocked zone",
  "block-list-zone": "a block list",
  "advanced-blocking-app": "Advanced Blocking",
};

/** "Blocked by a block list"; `text` is what the server says of it, mostly as `source=…; domain=…`. */
export function blockedWords(text) {
  const said = Object.fromEntries(text.split(";").map((part) => part.trim().split(/=(.*)/s).slice(0, 2)));
  const rest = [said.group && `group ${said.group}`, said.blockListUrl, said.regex, said.domain].filter(Boolean);
  if (!said.source) return text ? `Blocked: ${text}` : "Blocked";
  return [`Blocked by ${SOURCES[said.source] ?? said.source}`, ...rest].join(", ");
}
