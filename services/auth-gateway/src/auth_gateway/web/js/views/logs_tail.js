/**
 * One stream of rows as the nodes write them, by server-sent events. A connection that is lost is made again, behind
 * the last row that came; while nobody sees the tab there is none.
 */
import { call, LOCAL } from "../api.js";

const BACKLOG = 50;
const AGAIN_MS = 4_000;
const LOOK_S = 2;

/**
 * Begins to follow. `tell(kind, data)` is told of `open`, `entries`, `gap`, `node` and `session_ended` as the services
 * say them, of `lost` when the connection broke and is being made again, and of `refused` with the problem. `behind`
 * is where to go on. The result has `stop()`, and `place()` for where another stream would go on.
 */
export function follow(params, { behind, tell }) {
  let source = null;
  let last = behind;
  let timer = null;

  const close = () => {
    clearTimeout(timer);
    timer = null;
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    const asked = new URLSearchParams(params);
    if (last) asked.set("lastEventId", last);
    else asked.set("backlog", BACKLOG);
    source = new EventSource(`/api/nodes/logs/tail?${asked}`);
    for (const kind of ["open", "entries", "gap", "node", "session_ended"]) source.addEventListener(kind, heard);
    source.addEventListener("error", broken);
  };
  const heard = (event) => {
    // A browser calls the beginning of a connection `open` as well; that one says nothing.
    if (event.data === undefined) return;
    if (event.lastEventId) last = event.lastEventId;
    if (event.type === "session_ended") close();
    tell(event.type, JSON.parse(event.data));
  };
  const broken = () => {
    if (source?.readyState !== EventSource.CLOSED) return tell("lost", null);
    close();
    return inquire();
  };
  // A stream that was refused does not say why; a plain request for it does, and one that is not lasts.
  const inquire = async () => {
    tell("lost", null);
    const mine = (timer = setTimeout(open, AGAIN_MS));
    const answer = await call("GET", `/api/nodes/logs/tail?${params}&backlog=0`, { poll: true, timeoutS: LOOK_S });
    if (timer !== mine || answer.ok || answer.problem.code === LOCAL.timedOut) return;
    if (!isPassing(answer.problem)) clearTimeout(mine);
    tell("refused", answer.problem);
  };
  const seen = () => {
    if (document.visibilityState === "visible") open();
    else close();
  };
  document.addEventListener("visibilitychange", seen);
  seen();
  return {
    place: () => last,
    stop: () => {
      document.removeEventListener("visibilitychange", seen);
      close();
    },
  };
}

/** Whether the same stream may be had in a while. */
function isPassing({ status }) {
  return status === undefined || status === 429 || status >= 500;
}
