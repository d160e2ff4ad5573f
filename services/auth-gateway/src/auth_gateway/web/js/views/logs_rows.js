/** Rows of query logs as the page holds them: their names, their order, their time. Pure. */

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/**
 * A name of a row for the address: its node, its moment, and a digest of the rest, since a row's number is only its
 * place. Rows that are alike in all of it are the same to look at.
 */
export function rowId(row) {
  const rest = [row.clientIpAddress, row.qname, row.qtype, row.protocol, row.responseType, row.rcode].join(" ");
  return `${row.nodeId}~${row.timestamp}~${digest(rest)}`;
}

/** The node and the moment of such a name, or null when it is none. */
export function placeOf(id) {
  const [, nodeId, timestamp] = /^(.+)~([^~]+)~\w+$/.exec(id) ?? [];
  return timestamp && !Number.isNaN(Date.parse(timestamp)) ? { nodeId, timestamp } : null;
}

function digest(text) {
  let sum = 5381;
  for (const letter of text) sum = (sum * 33 + letter.codePointAt(0)) >>> 0;
  return sum.toString(36);
}

/** `rows` and `more` as one list, the newest first, `most` of them at most. */
export function merged(more, rows, most) {
  return [...more, ...rows].toSorted((a, b) => later(a, b)).slice(0, most);
}

// Moments differ below what a Date holds; as text they stand in order once the Z is gone.
function later(a, b) {
  const [one, other] = [a.timestamp.slice(0, -1), b.timestamp.slice(0, -1)];
  return one === other ? 0 : one < other ? 1 : -1;
}

/** The time of day, with the day unless it is today; both moments in epoch milliseconds. */
export function timeWords(then, now) {
  const day = DAY.format(then);
  return day === DAY.format(now) ? CLOCK.format(then) : `${day} ${CLOCK.format(then)}`;
}

/** The name that was asked for; the root is a dot. */
export function nameWords(row) {
  return row.qname === null ? "—" : row.qname || ".";
}
