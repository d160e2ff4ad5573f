/** The course of queries over time as charts and tables show it. Pure functions. */

/**
 * The layers of the chart, from the bottom: every query is in one of them, but for answers that were blocked
 * upstream, which count as blocked and as recursive or cached.
 */
export const LAYERS = Object.freeze([
  { id: "cached", word: "cached", counter: "totalCached" },
  { id: "recursive", word: "recursive", counter: "totalRecursive" },
  { id: "authoritative", word: "authoritative", counter: "totalAuthoritative" },
  { id: "blocked", word: "blocked", counter: "totalBlocked" },
  { id: "dropped", word: "dropped", counter: "totalDropped" },
]);

/** Queries with an error for an answer. They are in the layers already, so they are a line of their own. */
export const FAILED = Object.freeze({ id: "failed", word: "refused or failed" });

/** How many queries of these totals were refused or failed. */
export function failedOf(totals) {
  return totals.totalRefused + totals.totalServerFailure;
}

/** The course with its line of what was refused or failed, and its times in epoch seconds. */
export function drawable(course) {
  return {
    times: course.times.map((time) => Date.parse(time) / 1000),
    total: course.total,
    failed: course.refused.map((count, index) => count + course.serverFailure[index]),
    layers: LAYERS.map(({ id }) => course[id]),
  };
}

/** Each layer on top of those before it. */
export function stacked(layers) {
  const sums = [];
  let below = layers[0].map(() => 0);
  for (const counts of layers) {
    below = counts.map((count, index) => count + below[index]);
    sums.push(below);
  }
  return sums;
}

// Days and months of a node are those of UTC; hours and minutes are the viewer's own.
const WHEN = {
  minute: { hour: "2-digit", minute: "2-digit" },
  hour: { weekday: "short", hour: "2-digit", minute: "2-digit" },
  day: { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" },
  month: { month: "long", year: "numeric", timeZone: "UTC" },
};
const FORMATS = Object.fromEntries(
  Object.entries(WHEN).map(([unit, parts]) => [unit, new Intl.DateTimeFormat("en-GB", parts)]),
);

/** A bucket by its beginning, in epoch seconds. */
export function bucketWords(time, unit) {
  return FORMATS[unit].format(time * 1000);
}

/** Whether buckets of this length begin at midnight of UTC, whatever the zone of the viewer. */
export function isUtc(unit) {
  return unit === "day" || unit === "month";
}
