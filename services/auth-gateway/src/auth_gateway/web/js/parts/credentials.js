/**
 * The form that asks who somebody is: on the sign-in page, in the sheet of an ended session, and for one node.
 *
 * The code is asked for only once a node wanted it. Whatever was typed stays after every failure.
 */
import { html } from "../html.js";
import { useEffect, useRef, useState } from "../../vendor/preact-hooks.js";
import { countdown } from "../format.js";
import { now } from "../state/clock.js";
import { signInWords } from "../words.js";
import { Field } from "./field.js";
import { Note } from "./note.js";

const SIX_DIGITS = /^[0-9]{6}$/;

const OF_CODE = new Set(["totp_required", "totp_invalid", "totp_used"]);

/**
 * `submit({username, password, totp})` resolves to an answer of `call`. `fixedUser` leaves the user name out of the
 * form. `nameOf(nodeId)` names nodes in failures. A failure with the code `saidAbove` is dropped: the page says it already.
 */
export function Credentials({ submit, submitWord, busyWord = "Signing in …", fixedUser = null, startUser = "", nameOf, saidAbove = null }) {
  const [values, setValues] = useState({ username: fixedUser ?? startUser, password: "", totp: "" });
  const [failure, setProblem] = useState(null);
  const [missing, setMissing] = useState(null);
  const [wantsCode, setWantsCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const inputs = { username: useRef(null), password: useRef(null), totp: useRef(null) };
  const focused = useRef(values.username ? "password" : "username");

  const isSaid = failure !== null && failure.code === saidAbove;
  const problem = isSaid ? null : failure;
  useEffect(() => {
    if (isSaid) setProblem(null);
  }, [isSaid]);

  useEffect(() => {
    if (!focused.current) return;
    const input = inputs[focused.current].current;
    focused.current = null;
    input?.focus();
    if (input?.value) input.select();
  });

  const typed = (name) => (event) => {
    setValues({ ...values, [name]: event.currentTarget.value });
    setMissing(null);
    if (name === "username") setWantsCode(false);
  };

  const failed = (said) => {
    setProblem({ ...said, until: said.retryAfterS === null ? null : Date.now() + said.retryAfterS * 1000 });
    if (said.code === "totp_required") setWantsCode(true);
    if (OF_CODE.has(said.code)) focused.current = "totp";
    else if (said.code === "invalid_credentials") focused.current = "password";
  };

  const send = async (event) => {
    event.preventDefault();
    if (busy) return;
    const wrong = firstWrong(values, wantsCode);
    setMissing(wrong);
    if (wrong) {
      focused.current = wrong;
      return;
    }
    setBusy(true);
    setProblem(null);
    const answer = await submit({ ...values, totp: wantsCode ? digits(values.totp) : undefined });
    setBusy(false);
    if (!answer.ok) failed(answer.problem);
  };

  const codeError = problem && problem.code !== "totp_required" && OF_CODE.has(problem.code);
  return html`<form class="credentials" onSubmit=${send} noValidate aria-busy=${busy}>
    ${problem && !codeError && html`<${Failure} problem=${problem} nameOf=${nameOf} />`}
    ${fixedUser === null
      ? html`<${Field} label="User name" name="username" autocomplete="username" autocapitalize="none"
          spellcheck=${false} value=${values.username} onInput=${typed("username")} inputRef=${inputs.username}
          error=${missing === "username" && "Enter your user name."} />`
      : html`<input hidden readonly name="username" autocomplete="username" value=${fixedUser} />`}
    <${Field} label="Password" name="password" type="password" autocomplete="current-password"
      value=${values.password} onInput=${typed("password")} inputRef=${inputs.password}
      error=${missing === "password" && "Enter your password."} />
    ${wantsCode && html`<${Field} label="Code" name="totp" autocomplete="one-time-code" inputmode="numeric"
      help="Six digits from your authenticator app." value=${values.totp} onInput=${typed("totp")}
      inputRef=${inputs.totp} error=${missing === "totp" ? codeWords(values.totp) : codeError && signInWords(problem, nameOf)} />`}
    <button class="main" type="submit" aria-disabled=${busy}>${busy ? busyWord : submitWord}</button>
  </form>`;
}

/** The first field that cannot be sent as it is; a code of another form would only cost a try. */
function firstWrong(values, wantsCode) {
  if (!values.username.trim()) return "username";
  if (!values.password) return "password";
  return wantsCode && !SIX_DIGITS.test(digits(values.totp)) ? "totp" : null;
}

function digits(typed) {
  return typed.replaceAll(/\s/g, "");
}

function codeWords(typed) {
  return digits(typed) ? "The code has six digits." : "Enter the code.";
}

function Failure({ problem, nameOf }) {
  if (problem.code === "totp_required") {
    return html`<${Note} role="status">${signInWords(problem, nameOf)}</${Note}>`;
  }
  return html`<${Note} kind="bad" role="alert">
    ${problem.code === "throttled" ? html`<${Throttled} until=${problem.until} />` : signInWords(problem, nameOf)}
  </${Note}>`;
}

function Throttled({ until }) {
  if (until === null) return "Too many failed tries. Wait a few minutes before the next one.";
  const left = (until - now.value) / 1000;
  if (left <= 0) return "You can try again now.";
  return html`Too many failed tries from your network or for this name. Try again in${" "}
    <span class="number" aria-live="off">${countdown(left)}</span>.`;
}
