/** The filters above the rows: two fields, a choice for each of the rest, and a chip for each that is set. */
import { html } from "../html.js";
import { useEffect, useRef, useState } from "../../vendor/preact-hooks.js";
import { Icon } from "../parts/icon.js";
import { useKeys } from "../parts/offer_keys.js";
import { Select } from "../parts/select.js";
import { nodes } from "../state/session.js";
import { LogChips } from "./logs_chips.js";
import { Bounds, TimeChoice } from "./logs_time.js";
import { narrow } from "./logs_search.js";
import { choicesOf } from "./logs_vocabulary.js";

const TYPING_MS = 500;

const ALIKE = [
  { value: "", word: "Every row" },
  { value: "domain", word: "Each domain once" },
  { value: "client", word: "Each domain and client once" },
];

/** `wrong` is the name of the filter that was refused, or null. */
export function LogFilters({ asked, wrong }) {
  const { filters } = asked;
  const [isOpen, setOpen] = useState(false);
  const field = useRef(null);
  useKeys([{ key: "/", word: "Go to the search field", run: () => field.current?.focus() }]);
  const ofNode = [{ value: "", word: "All nodes" }, ...nodes.value.map(({ id, name }) => ({ value: id, word: name }))];
  const isListed = !filters.node || ofNode.some((one) => one.value === filters.node);
  const options = isListed ? ofNode : [...ofNode, { value: filters.node, word: filters.node }];
  return html`<search class="log-filters">
    <div class="log-fields">
      <${TextFilter} id="domain" label="Domain" placeholder="Part of a name" value=${filters.domain} isWrong=${wrong === "domain"} inputRef=${field} />
      <${TextFilter} id="client" label="Client" placeholder="Name, address" value=${filters.client} isWrong=${wrong === "client"} />
      <button type="button" class="log-more" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>Filters<${Icon} name="caret" /></button>
    </div>
    <div class=${isOpen ? "log-choices open" : "log-choices"}>
      ${nodes.value.length > 1 && html`<${Select} label="Node" options=${options} value=${filters.node ?? ""} onChoose=${(node) => narrow({ node })} />`}
      ${["status", "response", "type", "rcode", "protocol"].map(
        (id) => html`<${Select} key=${id} label=${id === "rcode" ? "Code" : `Query ${id}`} options=${choicesOf(id, filters[id])} value=${filters[id] ?? ""}
          onChoose=${(value) => narrow({ [id]: value })} />`,
      )}
      <${TimeChoice} asked=${asked} />
      <${Select} label="Rows that are alike" options=${ALIKE} value=${asked.alike ?? ""} onChoose=${(rows) => narrow({ rows })} />
    </div>
    <${Bounds} key=${`${asked.from} ${asked.to}`} asked=${asked} />
    <${LogChips} asked=${asked} />
  </search>`;
}

/** A field that takes effect a moment after the last letter, or with Enter. */
function TextFilter({ id, label, placeholder, value, isWrong, inputRef }) {
  const [text, setText] = useState(value ?? "");
  const applied = useRef(value ?? "");
  const timer = useRef(null);
  useEffect(() => {
    // Changed elsewhere: by a chip, a value that was clicked, or back.
    if ((value ?? "") === applied.current) return;
    clearTimeout(timer.current);
    applied.current = value ?? "";
    setText(value ?? "");
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = (typed) => {
    clearTimeout(timer.current);
    applied.current = typed.trim();
    narrow({ [id]: typed.trim() }, { replace: true });
  };
  const onInput = (event) => {
    const typed = event.currentTarget.value;
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => apply(typed), TYPING_MS);
  };
  const onKey = (event) => {
    if (event.key === "Enter") apply(event.currentTarget.value);
    if (event.key === "Escape") event.currentTarget.blur();
  };
  return html`<div class="field log-field">
    <label for=${`log-${id}`}>${label}</label>
    <input id=${`log-${id}`} ref=${inputRef} type="text" enterkeyhint="search" autocomplete="off" autocapitalize="none" spellcheck=${false}
      placeholder=${placeholder} value=${text} aria-invalid=${isWrong ? "true" : undefined} aria-describedby=${isWrong ? "log-refused" : undefined}
      onInput=${onInput} onKeyDown=${onKey} />
  </div>`;
}
