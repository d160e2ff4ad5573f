/** What the bar at the bottom has no room for. */
import { html } from "../html.js";
import { signal } from "../../vendor/signals.js";
import { Icon } from "../parts/icon.js";
import { Sheet } from "../parts/sheet.js";
import { ThemeChoice } from "../parts/theme_choice.js";
import { href } from "../state/address.js";
import { ended, open } from "../state/session.js";
import { showKeys } from "./keys_sheet.js";
import { pagesFor } from "./pages.js";

const isShown = signal(false);

export function showMore() {
  isShown.value = true;
}

export function MoreSheet() {
  if (!isShown.value || ended.value) return null;
  const close = () => (isShown.value = false);
  const keys = () => {
    close();
    showKeys();
  };
  return html`<${Sheet} title="More" onClose=${close}>
    <ul class="more">
      ${pagesFor(open.value).filter((one) => one.personal).map(
        (one) => html`<li key=${one.id}><a href=${href(one.id)} onClick=${close}><${Icon} name=${one.icon} />${one.word}</a></li>`,
      )}
      <li><button type="button" class="quiet" onClick=${keys}><${Icon} name="keys" />Keys</button></li>
    </ul>
    <${ThemeChoice} />
  </${Sheet}>`;
}
