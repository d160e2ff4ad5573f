/** When the nodes are asked again: by hand, every 30 s while somebody looks, and soon after the services failed. */
import { effect, signal } from "../../vendor/signals.js";
import { askAll, trouble } from "./seen.js";
import { ended, loadMe, me, meProblem, signInFirst, storeAway, user } from "./session.js";

const EVERY_S = 30;
const AFTER_TROUBLE_S = 5;

export const refreshing = signal(false);

const others = new Set();

/** `ask({poll})` takes part in every refresh until the function that is returned is called. */
export function alsoRefresh(ask) {
  others.add(ask);
  return () => others.delete(ask);
}

let due = null;
let lastAt = 0;

/** Asks everything again. By hand it counts as activity, and wants a session that lives; as a poll it does not. */
export async function refresh({ poll = false } = {}) {
  if (!poll && signInFirst()) return;
  await during([loadMe({ poll }), ...(user.value === null ? [] : askEverything({ poll }))]);
}

async function during(asked) {
  clearTimeout(due);
  lastAt = Date.now();
  refreshing.value = true;
  await Promise.all(asked);
  refreshing.value = false;
  schedule();
}

function askEverything(how) {
  return [askAll(how), ...[...others].map((ask) => ask(how))];
}

function schedule() {
  clearTimeout(due);
  const wait = waitS();
  if (wait !== null) due = setTimeout(() => refresh({ poll: true }), wait * 1000);
}

function waitS() {
  if (document.visibilityState !== "visible") return null;
  const failed = meProblem.value ?? trouble.value;
  if (failed !== null) return Math.max(failed.retryAfterS ?? AFTER_TROUBLE_S, 2);
  if (user.value === null) return storeAway.value ? AFTER_TROUBLE_S : null;
  return ended.value ? null : EVERY_S;
}

function onVisibility() {
  if (document.visibilityState !== "visible") clearTimeout(due);
  else if (me.value !== null && Date.now() - lastAt >= EVERY_S * 1000) refresh({ poll: true });
  else schedule();
}

/** Begins to ask; a person who signs in, or signs in again, is a reason to ask at once. Who it is was just said. */
export function startRefreshing() {
  document.addEventListener("visibilitychange", onVisibility);
  let asked = false;
  effect(() => {
    const wanted = user.value !== null && !ended.value;
    if (wanted && !asked) queueMicrotask(() => during(askEverything({ poll: false })));
    asked = wanted;
  });
  if (me.value === null) loadMe().then(schedule);
}
