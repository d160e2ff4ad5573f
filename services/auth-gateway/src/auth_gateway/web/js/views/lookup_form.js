/** The form of a lookup. What is typed stays in this tab, also when the page is loaded anew. */
import { html } from "../html.js";
import { useEffect, useId, useRef, useState } from "../../vendor/preact-hooks.js";
import { Field } from "../parts/field.js";
import { useKeys } from "../parts/offer_keys.js";
import { Select } from "../parts/select.js";
import { nodes } from "../state/session.js";
import { choiceOf, OTHER, PROTOCOLS, SERVERS, TYPES, wrongs } from "./lookup_question.js";

const FIELDS = ["name", "type", "server"];

/** `typed` is what the form holds, `refused` the problem of the last try; `onType(changes)`, `onAsk()`. */
export function LookupForm({ typed, refused, isAsked, onType, onAsk }) {
  const [wrong, setWrong] = useState({});
  const field = useRef(null);
  useKeys([{ key: "/", word: "Go to the name", run: () => field.current?.focus() }]);
  useEffect(() => {
    if (!typed.name) field.current.focus({ preventScroll: true });
  }, []);
  const send = (event) => {
    event.preventDefault();
    const found = wrongs(typed);
    setWrong(found);
    if (Object.keys(found).length === 0) onAsk();
    else event.currentTarget.elements[Object.keys(found)[0]]?.focus();
  };
  const errorOf = (name) => wrong[name] ?? (refused?.field === name ? said(refused, name) : null);
  const change = (changes) => {
    setWrong({});
    onType(changes);
  };
  const ofNode = [{ value: "", word: "All nodes" }, ...nodes.value.map(({ id, name }) => ({ value: id, word: name }))];
  return html`<form class="lookup-form" onSubmit=${send} noValidate>
    <${Field} label="Name" name="name" autocomplete="off" autocapitalize="none" spellcheck=${false} enterkeyhint="search" inputRef=${field}
      help="A domain name; for PTR an address, too." value=${typed.name} error=${errorOf("name")} onInput=${(event) => change({ name: event.currentTarget.value })} />
    <${TypeField} value=${typed.type} error=${errorOf("type")} onType=${(type) => change({ type })} />
    <button class="main" type="submit" aria-disabled=${isAsked}>${isAsked ? "Looking up …" : "Look up"}</button>
    <div class="lookup-choices">
      <${Labelled} word="Node"><${Select} label="Node" options=${ofNode} value=${typed.node} onChoose=${(node) => change({ node })} /></${Labelled}>
      <${Labelled} word="Asks"><${Select} label="Asks" options=${SERVERS} value=${choiceOf(typed.server)} onChoose=${(server) => change({ server })} /></${Labelled}>
      <${Labelled} word="Protocol"><${Select} label="Protocol" options=${PROTOCOLS} value=${typed.protocol} onChoose=${(protocol) => change({ protocol })} /></${Labelled}>
      <label class="check"><input type="checkbox" checked=${typed.dnssec !== ""} onChange=${(event) => change({ dnssec: event.currentTarget.checked ? "1" : "" })} />Validate by DNSSEC</label>
    </div>
    ${choiceOf(typed.server) === OTHER && html`<${Field} label="Server" name="server" autocomplete="off" autocapitalize="none" spellcheck=${false}
      help="An address, a name, or an URL of DNS over HTTPS." value=${typed.server === OTHER ? "" : typed.server} error=${errorOf("server")}
      onInput=${(event) => change({ server: event.currentTarget.value || OTHER })} />`}
    ${refused && !FIELDS.includes(refused.field) && html`<p class="error" role="alert">${refused.detail}</p>`}
  </form>`;
}

/** The type as a field, since there are many and each number is one; the usual ones are offered. */
function TypeField({ value, error, onType }) {
  const list = useId();
  return html`<div class="lookup-type">
    <${Field} label="Type" name="type" list=${list} autocomplete="off" autocapitalize="characters" spellcheck=${false} value=${value} error=${error}
      onInput=${(event) => onType(event.currentTarget.value)} />
    <datalist id=${list}>${TYPES.map((one) => html`<option key=${one} value=${one}></option>`)}</datalist>
  </div>`;
}

function Labelled({ word, children }) {
  return html`<div class="lookup-choice"><span aria-hidden="true">${word}</span>${children}</div>`;
}

// The services name the parameter; here its label stands above.
function said({ detail }, name) {
  const words = detail.replace(`"${name}" must`, "This must");
  return words.startsWith("This") ? words : detail;
}
