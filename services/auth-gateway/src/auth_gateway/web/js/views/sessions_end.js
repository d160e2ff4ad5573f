/** The sheet that ends sessions: what will change, and the password once more, so that no found browser can do it. */
import { html } from "../html.js";
import { call } from "../api.js";
import { ago, counted, listed } from "../format.js";
import { Credentials } from "../parts/credentials.js";
import { Sheet } from "../parts/sheet.js";
import { now } from "../state/clock.js";
import { nameOf } from "../state/names.js";
import { user } from "../state/session.js";
import { agentWords } from "./sessions_agent.js";

const TIMEOUT_S = 40;

/** `target` is one session of the list; `onEnded(count)` is told when it is over. */
export function EndOne({ target, onEnded, onClose }) {
  const path = `/api/auth/sessions/${encodeURIComponent(target.id)}`;
  return html`<${Sheet} title=${target.current ? "End this session?" : "End a session?"} onClose=${onClose}>
    <p>${effectWords(target)}</p>
    <${Again} send=${(body) => call("DELETE", path, { body, timeoutS: TIMEOUT_S })} onEnded=${onEnded}
      word=${target.current ? "End this session and sign out" : "End the session"} />
  </${Sheet}>`;
}

/** `count` is how many others there are. */
export function EndOthers({ count, onEnded, onClose }) {
  const words = counted(count, "other session", "other sessions");
  return html`<${Sheet} title=${`End ${words}?`} onClose=${onClose}>
    <p>Every browser but this one is signed out of Companion, and of the nodes it was signed in to. Whoever uses one has to sign in again.</p>
    <${Again} send=${(body) => call("POST", "/api/auth/sessions/end-others", { body, timeoutS: TIMEOUT_S })} onEnded=${onEnded}
      word=${`End ${words}`} />
  </${Sheet}>`;
}

function Again({ send, onEnded, word }) {
  const submit = async ({ password, totp }) => {
    const answer = await send({ password, ...(totp ? { totp } : {}) });
    if (answer.ok) onEnded(answer.data.ended);
    // Somebody else was faster: what was wanted is so.
    if (answer.problem?.code === "session_unknown") onEnded(0);
    return answer;
  };
  return html`<p class="muted">Enter the password of <strong>${user.value}</strong> once more.</p>
    <${Credentials} submit=${submit} submitWord=${word} busyWord="Ending …" fixedUser=${user.value} nameOf=${nameOf} />`;
}

function effectWords(target) {
  const since = ago(Date.parse(target.createdAt), now.value);
  const places = target.nodes.filter((node) => node.state === "signed_in").map((node) => nameOf(node.id));
  const also = places.length > 0 ? ` and of ${listed(places, "and")}` : "";
  if (target.current) return `This browser is signed out of Companion${also}.`;
  return `${agentWords(target.agent)} at ${target.client}, signed in ${since}, is signed out of Companion${also}.`;
}
