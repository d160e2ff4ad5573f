/** The rows of a live tail: they come in while nobody reads, and wait for whoever does. */
import { useEffect, useRef, useState } from "../../vendor/preact-hooks.js";
import { ended, loadMe } from "../state/session.js";
import { merged } from "./logs_rows.js";
import { tailParams } from "./logs_search.js";
import { follow } from "./logs_tail.js";

/** Rows that are kept; older ones leave the list. */
export const MOST_ROWS = 500;

const EVERY_MS = 400;
const BEGINNING = Object.freeze({ rows: [], waiting: [], count: 0, nodes: [], link: "connecting", problem: null });

/**
 * `{rows, count, nodes, link, problem, release}`: `count` rows wait, `release()` lets them in; `nodes` is how each does,
 * `link` is connecting, open, lost or ended. `isHeld()` says whether somebody reads.
 */
export function useFollowing(asked, isHeld) {
  const [shown, setShown] = useState(BEGINNING);
  const news = useRef([]);
  const place = useRef({ key: null, behind: null });
  const key = asked.isLive ? tailParams(asked).toString() : null;
  const isOver = ended.value;

  useEffect(() => {
    if (place.current.key === key) return;
    place.current = { key, behind: null };
    news.current = [];
    setShown(BEGINNING);
  }, [key]);

  useEffect(() => {
    if (key === null || isOver) return undefined;
    const tell = (kind, data) => {
      if (kind === "session_ended") loadMe();
      if (kind === "entries") news.current.push(...data.entries);
      else if (kind === "gap") news.current.push(gapRow(data));
      else setShown((was) => told(was, kind, data));
    };
    const stream = follow(new URLSearchParams(key), { behind: place.current.behind, tell });
    const timer = setInterval(() => {
      const come = news.current.splice(0).map(named);
      setShown((was) => taken(was, come, isHeld()));
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
      place.current.behind = stream.place();
      stream.stop();
    };
  }, [key, isOver]);

  const release = () => setShown((was) => taken(was, [], false));
  return { ...shown, release };
}

let lastKey = 0;

// A row has no name of its own, and the list needs one to leave in place what is already there.
function named(row) {
  return { ...row, key: `tail-${++lastKey}` };
}

function gapRow({ nodeId, rows }) {
  return { isGap: true, nodeId, left: rows, timestamp: new Date().toISOString() };
}

function taken(was, come, isHeld) {
  if (come.length === 0 && (was.waiting.length === 0 || isHeld)) return was;
  const waiting = merged(come, was.waiting, MOST_ROWS);
  // The first rows of an empty list disturb nobody.
  if (isHeld && was.rows.length > 0) return { ...was, waiting, count: was.count + come.length };
  return { ...was, rows: merged(waiting, was.rows, MOST_ROWS), waiting: [], count: 0 };
}

function told(was, kind, data) {
  switch (kind) {
    case "open":
      return { ...was, link: "open", problem: null, nodes: data.nodeIds.map((nodeId) => stateOf(was, nodeId)) };
    case "node":
      return { ...was, nodes: was.nodes.map((node) => (node.nodeId === data.nodeId ? data : node)) };
    case "refused":
      return { ...was, problem: data };
    default:
      return { ...was, link: kind === "session_ended" ? "ended" : "lost" };
  }
}

function stateOf({ nodes }, nodeId) {
  return nodes.find((node) => node.nodeId === nodeId) ?? { nodeId, state: "asked" };
}
