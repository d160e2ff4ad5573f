/** The row that the address names: of those that are shown, of those that were, or asked for by its moment. */
import { useEffect, useRef, useState } from "../../vendor/preact-hooks.js";
import { call } from "../api.js";
import { param } from "../state/address.js";
import { placeOf, rowId } from "./logs_rows.js";

const GONE = "gone";

/** `{id, row, isGone}`: the name that the address has, or null; the row, or null; and whether there is no such row. */
export function useOpenRow(rows) {
  const id = param("row");
  const kept = useRef(null);
  const [fetched, setFetched] = useState(null);
  const shown = id === null ? null : rows.find((row) => !row.isGap && rowId(row) === id);
  if (shown) kept.current = shown;
  const known = [kept.current, fetched?.row].find((row) => row && rowId(row) === id) ?? null;
  const isMissing = id !== null && known === null && fetched?.id !== id;
  useEffect(() => {
    if (!isMissing) return undefined;
    let isWanted = true;
    fetchRow(id).then((row) => isWanted && setFetched({ id, row: row === GONE ? null : row }));
    return () => (isWanted = false);
  }, [id, isMissing]);
  return { id, row: known, isGone: id !== null && known === null && !isMissing };
}

async function fetchRow(id) {
  const place = placeOf(id);
  if (place === null) return GONE;
  const asked = new URLSearchParams({ nodes: place.nodeId, start: place.timestamp, end: place.timestamp });
  const answer = await call("GET", `/api/nodes/logs/combined?${asked}`);
  return (answer.ok && answer.data.entries.find((row) => rowId(row) === id)) || GONE;
}
