/** One choice of a few; its label is for those who do not see what the choice is about. */
import { html } from "../html.js";
import { Icon } from "./icon.js";

/** `options` is a list of `{value, word}`; `onChoose(value)` is told of another choice. */
export function Select({ label, options, value, onChoose }) {
  return html`<span class="select">
    <select aria-label=${label} value=${value} onChange=${(event) => onChoose(event.currentTarget.value)}>
      ${options.map((one) => html`<option key=${one.value} value=${one.value} selected=${one.value === value}>${one.word}</option>`)}
    </select>
    <${Icon} name="caret" />
  </span>`;
}
