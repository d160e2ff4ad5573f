/** Following the logs: the switch, and how the stream and each node do. */
import { html } from "../html.js";
import { signInFirst } from "../state/session.js";
import { MOST_ROWS } from "./logs_following.js";
import { NodesLine } from "./logs_nodes.js";
import { setLive } from "./logs_search.js";

export function Live({ isLive }) {
  const change = () => {
    if (!isLive && signInFirst()) return;
    setLive(!isLive);
  };
  return html`<button type="button" class="log-live" aria-pressed=${isLive} onClick=${change}>
    <i class="log-live-sign" aria-hidden="true"></i>Live
  </button>`;
}

export function LiveLine({ tail }) {
  return html`<${NodesLine} nodes=${tail.link === "open" ? tail.nodes : []} verb="followed">
    ${tail.link === "connecting" && html`<span>connecting …</span>`}
    ${tail.link === "lost" && html`<span class="word-slow">connection lost, connecting again …</span>`}
    ${tail.link === "ended" && html`<span class="word-down">your session has ended: no more rows come</span>`}
    ${tail.rows.length >= MOST_ROWS && html`<span>the last ${MOST_ROWS} rows</span>`}
  </${NodesLine}>`;
}
