/** Which span of time and which node the overview shows, as the address has it. */
import { param, setParams } from "./address.js";
import { nodes } from "./session.js";

/** The ranges there are: the name in the address, the one the services know, and the words for it. */
export const RANGES = Object.freeze([
  { id: "hour", type: "LastHour", words: "last hour" },
  { id: "day", type: "LastDay", words: "last 24 h" },
  { id: "week", type: "LastWeek", words: "last week" },
  { id: "month", type: "LastMonth", words: "last month" },
  { id: "year", type: "LastYear", words: "last year" },
  { id: "custom", type: "Custom", words: "custom range" },
]);

const USUAL = RANGES[1];
const DAY_MS = 86_400_000;

/** The range in the address; a custom one without two times in order is the usual one. */
export function range() {
  const found = RANGES.find((one) => one.id === param("range")) ?? USUAL;
  return found.id === "custom" && bounds() === null ? USUAL : found;
}

/** Beginning and end of a custom range in epoch milliseconds, or null. */
export function bounds() {
  const [from, to] = [Date.parse(param("from") ?? ""), Date.parse(param("to") ?? "")];
  return from <= to ? { from, to } : null;
}

/** The range as the services are asked for it. */
export function rangeQuery() {
  const { id, type } = range();
  if (id !== "custom") return `type=${type}`;
  const { from, to } = bounds();
  return `type=${type}&start=${instant(from)}&end=${instant(to)}`;
}

const DAY_AND_TIME = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** The range in words, a custom one by its ends in the viewer's zone. */
export function spanWords() {
  const { id, words } = range();
  if (id !== "custom") return words;
  const { from, to } = bounds();
  return `${DAY_AND_TIME.format(from)} to ${DAY_AND_TIME.format(to)}`;
}

/** Chooses a range; a custom one begins as the last 24 h before `now`. */
export function chooseRange(id, now) {
  if (id === "custom") chooseBounds(now - DAY_MS, now);
  else setParams({ range: id === USUAL.id ? null : id, from: null, to: null });
}

/** Chooses a custom range by its ends, in epoch milliseconds. */
export function chooseBounds(from, to) {
  setParams({ range: "custom", from: instant(from), to: instant(to) });
}

// To the minute: what somebody shares is read by people, too.
function instant(at) {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

/** The node in the address, or null for all of them; where there is one alone, it is chosen. */
export function chosenNode() {
  if (nodes.value.length === 1) return nodes.value[0];
  return nodes.value.find((node) => node.id === param("node")) ?? null;
}
