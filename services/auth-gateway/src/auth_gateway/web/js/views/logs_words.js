/** What the logs say in words: totals, what is left out, and how each node did. */
import { counted, grouped, listed } from "../format.js";
import { nameOf } from "../state/names.js";
import { response } from "./logs_vocabulary.js";

/** The classes of the sign that stands before a response type. */
export function responseClass(row) {
  return `swatch swatch-${response(row.responseType).colour}`;
}

const TROUBLE = { ServerFailure: "word-down", Refused: "word-slow", FormatError: "word-slow", NotImplemented: "word-slow", NotAuth: "word-slow" };

/** The class of a response code that means trouble; undefined for answers, and for names that are not. */
export function codeClass({ rcode }) {
  return TROUBLE[rcode];
}

/** "Rows 101 to 200 of at least 50,323"; of a search that found nothing null. */
export function totalWords(page, alike) {
  const { pageNumber, entriesPerPage, entries, totalMatchingEntries: total, totalIsLowerBound } = page;
  if (entries.length === 0) return null;
  const first = (pageNumber - 1) * entriesPerPage + 1;
  const all = `${totalIsLowerBound ? "at least " : ""}${counted(total, "row", "rows")}`;
  const those = total > entries.length ? `${grouped(first)} to ${grouped(first + entries.length - 1)} of ${all}` : all;
  return alike && page.duplicatesRemoved > 0 ? `${those}, ${grouped(page.duplicatesRemoved)} like them left out` : those;
}

/** A place in the list where rows are missing. */
export function gapWords({ nodeId, left }) {
  if (left === null) return `${nameOf(nodeId)} dropped rows here; how many, nobody knows.`;
  return `${counted(left, "row", "rows")} of ${nameOf(nodeId)} left out here: more were written than could be told in time.`;
}

const SHORT = {
  unreachable: "cannot be reached",
  signed_out: "signed out",
  denied: "denied",
  no_query_logs: "keeps no query logs",
  error: "failed",
};

/** Why a node gave no rows, short enough for a line that names several. */
export function nodeShort({ state, tookMs }) {
  if (state !== "timeout") return SHORT[state] ?? state;
  return tookMs === undefined ? "no answer in time" : `no answer after ${Math.round(tookMs / 1000)} s`;
}

/** Sentences for what a person can do something about: rights, and apps that are missing. */
export function nodeNotes(nodes, who) {
  const denied = nodes.filter((node) => node.state === "denied");
  const without = nodes.filter((node) => node.state === "no_query_logs");
  return [
    ...(denied.length > 0 ? [deniedWords(denied, who)] : []),
    ...(without.length > 0 ? [withoutWords(names(without, "and"), without.length)] : []),
    ...nodes.filter((node) => node.state === "error").map((node) => `${nameOf(node.nodeId)}: ${node.message}`),
  ];
}

function deniedWords(denied, who) {
  const { section = "Logs", permission = "View" } = denied[0];
  return `${who} may not see query logs on ${names(denied, "or")} (needs ${section}: ${permission}). An administrator of ${names(denied, "or")} can change that.`;
}

function withoutWords(where, count) {
  const [keep, them] = count === 1 ? ["keeps", "it"] : ["keep", "each of them"];
  return `${where} ${keep} no query logs. Install the app “Query Logs (Sqlite)” on ${them}, in Technitium under Apps, App Store; what is asked from then on is shown here.`;
}

function names(nodes, last) {
  return listed(nodes.map((node) => nameOf(node.nodeId)), last);
}
