/** Below the rows: the pages before and after, and all rows as a file. */
import { html } from "../html.js";
import { setParams } from "../state/address.js";
import { signInFirst } from "../state/session.js";
import { exportParams } from "./logs_search.js";

// Which page came before a page: a cursor knows the way on alone. What is not here was opened by a link.
const before = new Map();

/** `page` is the answer, `start` where its range began. */
export function Pager({ asked, page, start }) {
  const older = () => {
    before.set(page.nextCursor, asked.cursor);
    turn(page.nextCursor, start);
  };
  const hasOlder = page.hasMorePages && page.nextCursor !== null;
  if (asked.cursor === null && !hasOlder) return null;
  return html`<nav class="actions" aria-label="Pages of rows">
    ${asked.cursor !== null && html`<button type="button" onClick=${() => turn(null, null)}>Newest rows</button>`}
    ${before.get(asked.cursor) && html`<button type="button" onClick=${() => turn(before.get(asked.cursor), start)}>Newer rows</button>`}
    ${hasOlder && html`<button type="button" onClick=${older}>Older rows</button>`}
  </nav>`;
}

function turn(cursor, since) {
  setParams({ cursor, since: cursor && since, row: null });
  document.getElementById("log-rows")?.scrollIntoView({ block: "start" });
}

/** Links to everything that the search finds, in both forms. */
export function Exports({ asked, start }) {
  const address = (format) => {
    const params = exportParams(asked, start);
    params.set("format", format);
    return `/api/nodes/logs/export?${params}`;
  };
  const onClick = (event) => {
    if (signInFirst()) event.preventDefault();
  };
  return html`<p class="small muted">All these rows as a file:${" "}
    <a href=${address("csv")} download onClick=${onClick}>CSV</a>${" · "}
    <a href=${address("jsonl")} download onClick=${onClick}>JSON lines</a>
    ${asked.alike && ", those that are alike as well"}
  </p>`;
}
