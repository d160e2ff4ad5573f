/** The keys that work on every page, and the sheet that shows all that work just now. */
import { html } from "../html.js";
import { signal } from "../../vendor/signals.js";
import { useKeys } from "../parts/offer_keys.js";
import { Sheet } from "../parts/sheet.js";
import { goTo } from "../state/address.js";
import { offered } from "../state/keys.js";
import { refresh } from "../state/refresh.js";
import { ended, open } from "../state/session.js";
import { PAGES, pagesFor } from "./pages.js";

const isShown = signal(false);

export function showKeys() {
  isShown.value = true;
}

/** Offers the keys of the frame for as long as it is shown. */
export function usePageKeys() {
  const go = (one) => () => pagesFor(open.value).includes(one) && goTo(one.id);
  useKeys([
    ...PAGES.map((one) => ({ key: `g ${one.key}`, word: `Go to ${one.word}`, run: go(one) })),
    { key: "r", word: "Refresh", run: () => refresh() },
    { key: "?", word: "Show these keys", run: showKeys },
  ]);
}

export function KeysSheet() {
  if (!isShown.value || ended.value) return null;
  return html`<${Sheet} title="Keys" onClose=${() => (isShown.value = false)}>
    <dl class="facts keys">
      ${offered.value.map((one) => html`<dt key=${one.key}>${one.key.split(" ").map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${one.word}</dd>`)}
      <dt><kbd>Esc</kbd></dt><dd>Close what is open</dd>
    </dl>
  </${Sheet}>`;
}
