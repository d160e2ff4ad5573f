/** A point in time as people say it, with the exact one on hover. */
import { html } from "../html.js";
import { ago, exact } from "../format.js";
import { now } from "../state/clock.js";

/** `at` is in epoch milliseconds. */
export function Ago({ at }) {
  return html`<time datetime=${new Date(at).toISOString()} title=${exact(at)}>${ago(at, now.value)}</time>`;
}
