/** What stands before it is known who is asking: nothing, then a word, or why it cannot be known. */
import { html } from "../html.js";
import { useAfter } from "../parts/delay.js";
import { Note } from "../parts/note.js";
import { refresh } from "../state/refresh.js";
import { meProblem } from "../state/session.js";
import { serviceWords } from "../words.js";

export function Before() {
  const problem = meProblem.value;
  const isLong = useAfter(problem === null, 1000);
  return html`<main class="door">
    <h1 class="wordmark"><img src="/favicon.svg" alt="" width="32" height="32" />Companion</h1>
    ${isLong && html`<p role="status" class="muted">waiting for Companion …</p>`}
    ${problem &&
    html`<${Note} kind="bad" role="alert">${serviceWords(problem)} Trying again by itself.</${Note}>
      <button type="button" onClick=${() => refresh()}>Try again now</button>`}
  </main>`;
}
