/** One labelled input: help below it, its error below that, both read out with it. */
import { html } from "../html.js";
import { useId } from "../../vendor/preact-hooks.js";

export function Field({ label, help, error, inputRef, ...input }) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input
      id=${id}
      ref=${inputRef}
      aria-invalid=${error ? "true" : undefined}
      aria-describedby=${described || undefined}
      ...${input}
    />
    ${help && html`<p class="help" id=${`${id}-help`}>${help}</p>`}
    ${error && html`<p class="error" id=${`${id}-error`} role="alert">${error}</p>`}
  </div>`;
}
