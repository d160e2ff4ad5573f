/**
 * Calls to our own services. `call` never throws: every outcome is a value.
 *
 * An answer is `{ok: true, status, data}` or `{ok: false, problem}`. A problem holds `code`, `status`, `detail`,
 * `requestId` and whatever else the services' problem document says (`nodeId`, `section`, `permission`, `nodes`), and
 * `retryAfterS` from the Retry-After header. What never reached a service has one of the codes of LOCAL.
 */

export const LOCAL = Object.freeze({
  networkLost: "network_lost",
  timedOut: "timed_out",
  garbled: "garbled_answer",
});

const TIMEOUT_S = 12;

const sessionEndedListeners = new Set();

/** `listener` runs whenever any call finds that this browser's session is over. */
export function onSessionEnded(listener) {
  sessionEndedListeners.add(listener);
}

/**
 * One call. `poll` marks a request nobody asked for, so that it does not keep the session alive; `timeoutS` bounds
 * the wait for the whole answer. When `signal` is aborted nobody waits for the answer, and what it then is means nothing.
 */
export async function call(method, path, { body, poll = false, timeoutS = TIMEOUT_S, signal } = {}) {
  const answer = await attempt(method, path, { body, poll, timeoutS, signal });
  if (!answer.ok && answer.problem.code === "session_invalid") {
    for (const listener of sessionEndedListeners) listener(answer.problem);
  }
  return answer;
}

async function attempt(method, path, { body, poll, timeoutS, signal }) {
  const patience = AbortSignal.timeout(timeoutS * 1000);
  try {
    const response = await fetch(path, {
      method,
      headers: headers(body, poll),
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      // What somebody asked for is asked of the nodes now; a poll is content with seconds old answers.
      cache: poll ? "default" : "reload",
      redirect: "error",
      signal: signal ? either(patience, signal) : patience,
    });
    return read(response, await response.text());
  } catch {
    return failed(patience.aborted ? { code: LOCAL.timedOut, timeoutS } : { code: LOCAL.networkLost });
  }
}

// AbortSignal.any is younger than the browsers of some phones.
function either(...signals) {
  const both = new AbortController();
  for (const one of signals) one.addEventListener("abort", () => both.abort());
  return both.signal;
}

function headers(body, poll) {
  const lines = { Accept: "application/json" };
  if (body !== undefined) lines["Content-Type"] = "application/json";
  if (poll) lines["X-Companion-Poll"] = "1";
  return lines;
}

function read(response, text) {
  const document = parsed(text);
  if (response.ok && document !== undefined) return { ok: true, status: response.status, data: document };
  const said = document !== null && typeof document === "object" ? document : {};
  return failed({
    ...said,
    code: said.code ?? LOCAL.garbled,
    status: response.status,
    requestId: said.requestId ?? response.headers.get("X-Request-Id"),
    retryAfterS: seconds(response.headers.get("Retry-After")),
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function seconds(header) {
  const value = Number(header);
  return header !== null && Number.isFinite(value) && value >= 0 ? value : null;
}

function failed(problem) {
  return { ok: false, problem };
}
