/** What an answer about all nodes says of those that are shown. Pure: no signals, no time of its own. */

/** What one node said in an answer about all of them, or null. */
export function entryOf(data, nodeId) {
  return data?.nodes.find((entry) => entry.nodeId === nodeId) ?? null;
}

/** The statistics of a node, of all nodes when it is null; null when nobody said any. */
export function shown(data, node) {
  if (data === null) return null;
  return (node === null ? data.sum : entryOf(data, node.id)?.stats) ?? null;
}

/** The entries of those that are shown and have no statistics. */
export function withoutStats(data, node) {
  return (data?.nodes ?? []).filter((entry) => entry.state !== "ok" && (node === null || entry.nodeId === node.id));
}

/**
 * How many clients asked, and whether that is exact. Several nodes have clients in common, and the range is counted
 * without the bucket that still runs: then it is the largest number that is sure.
 */
export function clientsOf({ totals, course, span }) {
  const isExact = totals.totalClients !== undefined && !span.isLastRunning;
  const told = totals.totalClients ?? totals.clientsAtLeast;
  return { isExact, count: isExact ? told : Math.max(told, ...course.clients) };
}

const NO_LINES = { total: [], refused: [], serverFailure: [], cached: [], recursive: [], authoritative: [], blocked: [], dropped: [], clients: [] };

const NO_TOTALS = { totalQueries: 0, totalBlocked: 0, totalCached: 0, totalRecursive: 0, totalAuthoritative: 0, totalDropped: 0, totalRefused: 0, totalServerFailure: 0 };

/** Stands where statistics will be, so that their place is there before them. */
export const NO_STATS = Object.freeze({
  span: { unit: "hour", isLastRunning: false },
  totals: { ...NO_TOTALS, clientsAtLeast: 0 },
  course: { times: [], ...NO_LINES },
});
