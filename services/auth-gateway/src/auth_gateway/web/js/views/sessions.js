/** One's own sessions: every browser that is signed in with this account, and the way to end them. */
import { html } from "../html.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { call } from "../api.js";
import { clock, counted } from "../format.js";
import { useAfter } from "../parts/delay.js";
import { Note } from "../parts/note.js";
import { useRefresh } from "../parts/on_refresh.js";
import { ended, leave, open, user } from "../state/session.js";
import { serviceWords } from "../words.js";
import { RefreshButton } from "./refresh_button.js";
import { EndOne, EndOthers } from "./sessions_end.js";
import { SessionRow } from "./sessions_row.js";

const OTHERS = "others";

export function View() {
  return html`<div class="page-head"><h1>Sessions</h1>${!open.value && html`<${RefreshButton} />`}</div>
    ${open.value
      ? html`<p>Nobody signs in here, so there are no sessions to show.</p>`
      : html`<${Own} key=${user.value} />`}`;
}

function Own() {
  const [found, setFound] = useState({ sessions: null, at: null, problem: null });
  const [wanted, setWanted] = useState(null);
  const [done, setDone] = useState(null);
  const ask = async ({ poll = false } = {}) => {
    const answer = await call("GET", "/api/auth/sessions", { poll });
    if (answer.ok) setFound({ sessions: sorted(answer.data.sessions), at: Date.now(), problem: null });
    else setFound((was) => ({ ...was, problem: answer.problem }));
  };
  useRefresh(ask);
  useEffect(() => {
    ask();
  }, []);

  const onEnded = (target) => async (count) => {
    setWanted(null);
    if (target.current) return leave();
    setDone(count > 0 ? `${counted(count, "session", "sessions")} ended.` : "That session was over already.");
    return ask();
  };
  const close = () => setWanted(null);
  return html`<p class="muted">Where ${user.value} is signed in to Companion. A session you do not know is best ended, and the password changed.</p>
    ${done && html`<${Note} role="status">${done}</${Note}>`}
    <${Failure} found=${found} />
    ${found.sessions === null
      ? html`<${Asking} isAsked=${found.problem === null} />`
      : html`<${List} sessions=${found.sessions} onEnd=${setWanted} />`}
    ${wanted !== null && !ended.value && (wanted === OTHERS
      ? html`<${EndOthers} count=${others(found.sessions).length} onEnded=${onEnded({})} onClose=${close} />`
      : html`<${EndOne} key=${wanted.id} target=${wanted} onEnded=${onEnded(wanted)} onClose=${close} />`)}`;
}

function List({ sessions, onEnd }) {
  const away = others(sessions);
  return html`${away.length === 0
      ? html`<p class="muted">You are signed in nowhere else.</p>`
      : html`<p><button type="button" onClick=${() => onEnd(OTHERS)}>End ${counted(away.length, "other session", "other sessions")}</button></p>`}
    <ul class="own-sessions">
      ${sessions.map((one) => html`<${SessionRow} key=${one.id} session=${one} onEnd=${() => onEnd(one)} />`)}
    </ul>`;
}

function Failure({ found }) {
  if (found.problem === null || found.problem.code === "session_invalid") return null;
  return html`<${Note} kind="bad" role="status">
    ${serviceWords(found.problem)}${found.at !== null && ` What you see is from ${clock(found.at)}.`}
  </${Note}>`;
}

function Asking({ isAsked }) {
  const isPale = useAfter(isAsked, 150);
  const isLong = useAfter(isAsked, 1000);
  return html`<p class="muted" role="status">${isLong ? "waiting for Companion …" : ""}</p>
    ${isPale && html`<div class="own-sessions" aria-hidden="true"><div class="card"><span class="bone"></span><span class="bone"></span><span class="bone"></span></div></div>`}`;
}

function others(sessions) {
  return sessions.filter((one) => !one.current);
}

/** This one first, then the newest; by what does not change, so that none moves under the pointer. */
function sorted(sessions) {
  return sessions.toSorted((a, b) => b.current - a.current || Date.parse(b.createdAt) - Date.parse(a.createdAt));
}
