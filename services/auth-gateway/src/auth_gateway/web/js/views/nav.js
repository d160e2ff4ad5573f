/** The way to the other pages: a rail at the side of wide screens, a bar at the bottom of others. */
import { html } from "../html.js";
import { Icon } from "../parts/icon.js";
import { href, page } from "../state/address.js";
import { open } from "../state/session.js";
import { showKeys } from "./keys_sheet.js";
import { showMore } from "./more_sheet.js";
import { pageOf, pagesFor } from "./pages.js";

export function Nav() {
  const current = pageOf(page.value);
  return html`<nav class="nav" aria-label="Pages">
    <ul>
      ${pagesFor(open.value).map(
        (one) => html`<li key=${one.id} class=${one.personal ? "rail-only" : undefined}>
          <a href=${href(one.id)} aria-current=${one === current ? "page" : undefined}><${Icon} name=${one.icon} />${one.word}</a>
        </li>`,
      )}
      <li class="rail-only nav-keys"><button type="button" class="quiet" aria-keyshortcuts="?" onClick=${showKeys}><${Icon} name="keys" />Keys</button></li>
      <li class="bar-only"><button type="button" class="quiet" onClick=${showMore}><${Icon} name="more" />More</button></li>
    </ul>
  </nav>`;
}
