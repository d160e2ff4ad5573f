/** Asks everything again that the page shows. */
import { html } from "../html.js";
import { Icon } from "../parts/icon.js";
import { refresh, refreshing } from "../state/refresh.js";

export function RefreshButton() {
  return html`<button type="button" class="quiet refresh" onClick=${() => refresh()}>
    <${Icon} name="refresh" /> ${refreshing.value ? "Refreshing …" : "Refresh"}
  </button>`;
}
