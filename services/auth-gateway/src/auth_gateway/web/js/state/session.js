/** Who this browser is signed in as, and how that changes. */
import { computed, effect, signal } from "../../vendor/signals.js";
import { call, onSessionEnded } from "../api.js";

/** The last answer of /api/auth/me, or null before the first. */
export const me = signal(null);

/** Why /api/auth/me could not be read, or null. */
export const meProblem = signal(null);

/** True when the session ended under a page that is still shown. */
export const ended = signal(false);

/** True while the sheet that signs in again is put aside, to look at the page. */
export const putAside = signal(false);

effect(() => {
  if (!ended.value) putAside.value = false;
});

/** Whether what somebody asks for has to wait until he is signed in again; brings the sheet for that back if so. */
export function signInFirst() {
  if (ended.value) putAside.value = false;
  return ended.value;
}

/** True after signing out by hand, for the word on the sign-in form. */
export const justSignedOut = signal(false);

/** Whether nobody signs in here: then everybody may do what the configured tokens may. */
export const open = computed(() => me.value?.sessionAuthEnabled === false);

/** The name of who is signed in, "" where nobody signs in, null while nobody is. */
export const user = computed(() => userOf(me.value));

function userOf(said) {
  if (said?.sessionAuthEnabled === false) return "";
  return said?.authenticated ? said.user : null;
}

/** The configured nodes as `{id, name, state, reason, code, user, insecureTransport}`, in the order of the settings. */
export const nodes = computed(() => me.value?.nodes ?? []);

const identityListeners = new Set();

/** `listener` runs before another person's session begins to be shown, so that nothing of the last one stays. */
export function onIdentityChange(listener) {
  identityListeners.add(listener);
}

onSessionEnded(() => {
  // Without sign-in there was no session: now people are to sign in, and a reading says so.
  if (open.value) loadMe();
  else if (user.value !== null) ended.value = true;
});

// Raised whenever we know better than a reading that is still under way.
let turn = 0;

/** Whether Companion said, before anybody is signed in, that its session store is away. */
export const storeAway = computed(
  () => me.value?.state === "unreachable" || meProblem.value?.code === "store_unavailable",
);

/** Reads who we are. An anonymous answer under a shown page opens the signed-out sheet instead of taking the page away. */
export async function loadMe({ poll = false } = {}) {
  const asked = ++turn;
  const answer = await call("GET", "/api/auth/me", { poll });
  if (asked !== turn) return answer;
  meProblem.value = answer.ok ? null : answer.problem;
  if (!answer.ok) return answer;
  if (userOf(answer.data) === null && user.value && !open.value) ended.value = true;
  else welcome(answer.data);
  return answer;
}

function welcome(said) {
  if (userOf(said) !== user.value) for (const listener of identityListeners) listener();
  if (userOf(said) !== null) {
    ended.value = false;
    justSignedOut.value = false;
  }
  me.value = said;
}

/** Signs in and reads who we are. The answer is the one of the sign-in, or of the reading when that failed. */
export async function signIn({ username, password, totp }) {
  const body = { username, password, ...(totp ? { totp } : {}) };
  const answer = await call("POST", "/api/auth/login", { body, timeoutS: 40 });
  if (!answer.ok) return answer;
  const who = await loadMe();
  return who.ok ? answer : who;
}

/** Signs in again to one node of the running session. */
export async function signInToNode(nodeId, { password, totp }) {
  const body = { password, ...(totp ? { totp } : {}) };
  const path = `/api/auth/nodes/${encodeURIComponent(nodeId)}/login`;
  const answer = await call("POST", path, { body, timeoutS: 40 });
  if (answer.ok) await loadMe();
  return answer;
}

/** The name under which somebody is signed in at a node, when it is another one; else null. */
export function otherName(node) {
  return node.state === "signed_in" && node.user && node.user !== user.value ? node.user : null;
}

/** Ends the session. A session that is over already counts as signed out; other failures are answered and change nothing. */
export async function signOut() {
  const answer = await call("POST", "/api/auth/logout");
  if (answer.ok || answer.problem.code === "session_invalid") await leave();
  return answer;
}

/** Goes back to the sign-in form. What was shown is forgotten. */
export async function leave() {
  for (const listener of identityListeners) listener();
  ended.value = false;
  justSignedOut.value = true;
  turn += 1;
  me.value = { ...me.value, authenticated: false, user: undefined, nodes: undefined };
  await loadMe();
}
