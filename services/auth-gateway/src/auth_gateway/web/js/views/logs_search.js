/**
 * What is searched for in the logs, as the address holds it, and how the services are asked for it.
 *
 * Besides the filters the address may hold `range` or `from` and `to` (ISO), `rows` (which of those alike are shown),
 * `live`, `row` (the one that is open), and of a later page `cursor` with `since`, where the range began at the first.
 */
import { param, setParams } from "../state/address.js";

/** Each filter by its name in the address, in front of people, and at the services. */
export const FILTERS = Object.freeze([
  { id: "node", word: "Node", parameter: "nodes" },
  { id: "domain", word: "Domain", parameter: "qname" },
  { id: "client", word: "Client", parameter: "clientIpAddress" },
  { id: "status", word: "Status", parameter: "statusFilter" },
  { id: "response", word: "Response", parameter: "responseType" },
  { id: "type", word: "Type", parameter: "qtype" },
  { id: "rcode", word: "Code", parameter: "rcode" },
  { id: "protocol", word: "Protocol", parameter: "protocol" },
]);

const MINUTE_MS = 60_000;

/** The ranges that end now. */
export const RANGES = Object.freeze([
  { id: "15m", words: "Last 15 min", ms: 15 * MINUTE_MS },
  { id: "1h", words: "Last hour", ms: 60 * MINUTE_MS },
  { id: "24h", words: "Last 24 h", ms: 24 * 60 * MINUTE_MS },
  { id: "7d", words: "Last 7 days", ms: 7 * 24 * 60 * MINUTE_MS },
]);

const DEDUPE = { domain: "deduplicateDomains", client: "deduplicatePerClient" };

export const PAGE_ROWS = 100;

/** What the address asks for. Whoever calls this while drawing is drawn again when it changes. */
export function search() {
  return {
    filters: Object.fromEntries(FILTERS.map(({ id }) => [id, param(id)])),
    range: RANGES.find(({ id }) => id === param("range")) ?? null,
    from: param("from"),
    to: param("to"),
    alike: param("rows") in DEDUPE ? param("rows") : null,
    isLive: param("live") !== null,
    cursor: param("cursor"),
    since: param("since"),
  };
}

/** Whether anything is left out by filters or range. */
export function isNarrowed({ filters, range, from, to }) {
  return Object.values(filters).some(Boolean) || range !== null || from !== null || to !== null;
}

/** Changes the search; a page further on belonged to the one before, and a live tail knows no range and leaves nothing out. */
export function narrow(changes, how) {
  const isBounded = ["range", "from", "to", "rows"].some((name) => changes[name]);
  setParams({ cursor: null, since: null, row: null, ...(isBounded ? { live: null } : {}), ...changes }, how);
}

export function clearSearch() {
  narrow({ ...Object.fromEntries(FILTERS.map(({ id }) => [id, null])), range: null, from: null, to: null });
}

/** Follows the logs, or stops to. */
export function setLive(isLive) {
  narrow(isLive ? { live: "1", range: null, from: null, to: null, rows: null } : { live: null });
}

/** The parameters of one page; `start` is where a range that ends now begins, ISO. */
export function pageParams(asked, start) {
  const found = exportParams(asked, start);
  found.set("entriesPerPage", PAGE_ROWS);
  if (asked.alike) found.set(DEDUPE[asked.alike], "true");
  if (asked.cursor) found.set("cursor", asked.cursor);
  return found;
}

/** The parameters for all rows that are meant. */
export function exportParams(asked, start) {
  const found = tailParams(asked);
  if (start) found.set("start", start);
  if (!asked.range && asked.to) found.set("end", asked.to);
  return found;
}

/** The parameters for rows that are still to come. */
export function tailParams({ filters }) {
  return new URLSearchParams(FILTERS.filter(({ id }) => filters[id]).map(({ id, parameter }) => [parameter, filters[id]]));
}

/** Where the rows that are meant begin, ISO, or null; `at` is now, in epoch milliseconds. */
export function startOf({ range, from, cursor, since }, at) {
  if (range === null) return from;
  return cursor && since ? since : new Date(at - range.ms).toISOString();
}

/** What a problem says of a parameter, in the word that people see for it. */
export function fieldWords({ field, detail }) {
  const word = FILTERS.find(({ parameter }) => parameter === field)?.word;
  return word ? detail.replace(`"${field}"`, `“${word}”`) : detail;
}
