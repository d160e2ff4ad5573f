/** One page of the logs: asked for when the search changes, and again with the page's refresh. */
import { useEffect, useRef, useState } from "../../vendor/preact-hooks.js";
import { call } from "../api.js";
import { useRefresh } from "../parts/on_refresh.js";
import { pageParams, startOf } from "./logs_search.js";

const TIMEOUT_S = 30;
const NOTHING = Object.freeze({ data: null, at: null, start: null, problem: null });

/**
 * `{data, at, start, problem, isAsked, ask}`: the last good page stays while another is asked for and after a failure.
 * `isHeld()` says whether somebody reads the rows just now; a page further on is not asked for again by itself. A
 * search that another one replaces is given up, so that the nodes do not work for nobody.
 */
export function usePage(asked, isHeld) {
  const [found, setFound] = useState(NOTHING);
  const [isAsked, setAsked] = useState(false);
  const underWay = useRef(null);
  const ask = async ({ poll = false } = {}) => {
    if (asked.isLive || (poll && (asked.cursor || isHeld()))) return;
    underWay.current?.abort();
    const { signal } = (underWay.current = new AbortController());
    setAsked(true);
    const start = startOf(asked, Date.now());
    const answer = await call("GET", `/api/nodes/logs/combined?${pageParams(asked, start)}`, {
      poll,
      timeoutS: TIMEOUT_S,
      signal,
    });
    if (signal.aborted) return;
    setAsked(false);
    if (answer.ok) setFound({ data: answer.data, at: Date.now(), start, problem: null });
    else setFound((was) => ({ ...was, problem: answer.problem }));
  };
  useRefresh(ask);
  const key = JSON.stringify(asked);
  useEffect(() => {
    ask();
    return () => {
      underWay.current?.abort();
      setAsked(false);
    };
  }, [key]);
  return { ...found, isAsked, ask };
}
