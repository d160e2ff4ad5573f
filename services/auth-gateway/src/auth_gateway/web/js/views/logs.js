/** The query logs of the nodes: searched page by page, or followed as they are written. */
import { html } from "../html.js";
import { useRef } from "../../vendor/preact-hooks.js";
import { clock, counted } from "../format.js";
import { useAfter } from "../parts/delay.js";
import { Note } from "../parts/note.js";
import { useWide } from "../parts/wide.js";
import { setParams } from "../state/address.js";
import { now } from "../state/clock.js";
import { ended, nodes, user } from "../state/session.js";
import { serviceWords } from "../words.js";
import { LogCards } from "./logs_cards.js";
import { LogFilters } from "./logs_filters.js";
import { useFollowing } from "./logs_following.js";
import { Exports, Pager } from "./logs_foot.js";
import { Live, LiveLine } from "./logs_live.js";
import { NodeNotes, NodesLine } from "./logs_nodes.js";
import { useOpenRow } from "./logs_open_row.js";
import { usePage } from "./logs_page.js";
import { RowPanel } from "./logs_panel.js";
import { Bones, Nothing } from "./logs_nothing.js";
import { rowId } from "./logs_rows.js";
import { FILTERS, fieldWords, search } from "./logs_search.js";
import { LogTable } from "./logs_table.js";
import { totalWords } from "./logs_words.js";
import { RefreshButton } from "./refresh_button.js";

export function View() {
  return html`<${Logs} key=${user.value} />`;
}

function Logs() {
  const asked = search();
  const list = useRef(null);
  const isHeld = () => isRead(list.current);
  const page = usePage(asked, isHeld);
  const tail = useFollowing(asked, isHeld);
  const isPale = useAfter(page.isAsked, 150);
  const rows = asked.isLive ? tail.rows : (page.data?.entries ?? []);
  const states = asked.isLive ? tail.nodes : (page.data?.nodes ?? []);
  const problem = asked.isLive ? tail.problem : page.problem;
  return html`<div class="page-head"><h1>Logs</h1><${Live} isLive=${asked.isLive} />${!asked.isLive && html`<${RefreshButton} />`}</div>
    ${asked.isLive ? html`<${LiveLine} tail=${tail} />` : html`<${PageLine} asked=${asked} page=${page} />`}
    <${LogFilters} asked=${asked} wrong=${FILTERS.find(({ parameter }) => parameter === problem?.field)?.id ?? null} />
    <${Failure} problem=${problem} at=${asked.isLive ? null : page.at} />
    <${NodeNotes} nodes=${states} />
    <${Rows} list=${list} rows=${rows} isPale=${isPale && !asked.isLive} tail=${asked.isLive ? tail : null}>
      ${!asked.isLive && page.data === null && isPale && html`<${Bones} />`}
      ${rows.length === 0 && html`<${Nothing} asked=${asked} states=${states} isKnown=${asked.isLive ? tail.link === "open" : page.data !== null && page.problem === null} />`}
    </${Rows}>
    ${!asked.isLive && page.data !== null && html`<footer class="log-foot">
      <${Pager} asked=${asked} page=${page.data} start=${page.start} />
      ${rows.length > 0 && html`<${Exports} asked=${asked} start=${page.start} />`}
    </footer>`}`;
}

/** Whether somebody reads the rows: with the pointer or the keyboard in them, or further down. */
function isRead(place) {
  if (place === null) return false;
  const isPointed = matchMedia("(hover: hover)").matches && place.matches(":hover");
  return isPointed || place.contains(document.activeElement) || scrollY > 0 && place.getBoundingClientRect().top < 0;
}

function Rows({ list, rows, isPale, tail, children }) {
  const isWide = useWide();
  const open = useOpenRow(rows);
  const at = now.value;
  const Form = isWide ? LogTable : LogCards;
  // Going on from row to row is one step for back.
  const show = (row) => setParams({ row: rowId(row) === open.id ? null : rowId(row) }, { replace: open.id !== null });
  const close = () => setParams({ row: null }, { replace: true });
  const isShown = open.row !== null || open.isGone;
  return html`<div class=${isShown && isWide ? "log-place with-panel" : "log-place"} id="log-rows">
    <div class="log-list" ref=${list}>
      ${tail !== null && tail.count > 0 && html`<${News} tail=${tail} />`}
      <div class=${isPale ? "log-rows pale" : "log-rows"} aria-busy=${isPale}>
        ${rows.length > 0 && html`<${Form} rows=${rows.map(keyed)} open=${open.id} now=${at} onOpen=${show} />`}
        ${children}
      </div>
    </div>
    ${isShown && !ended.value && html`<${RowPanel} row=${open.row} onClose=${close} />`}
  </div>`;
}

/** Over the rows, so that what somebody reads stays where it is. */
function News({ tail }) {
  const show = () => {
    tail.release();
    scrollTo(0, 0);
  };
  return html`<p class="log-news"><button type="button" class="main" onClick=${show}>${counted(tail.count, "new row", "new rows")}</button></p>`;
}

// Rows of a page stand where they stand; those of a tail were named when they came.
function keyed(row, index) {
  return row.key ? row : { ...row, key: index };
}

function PageLine({ asked, page }) {
  const isLong = useAfter(page.isAsked, 1000);
  const words = page.data && totalWords(page.data, asked.alike);
  const waited = asked.filters.node ?? nodes.value.map((node) => node.name).join(", ");
  return html`<${NodesLine} nodes=${page.data?.nodes ?? []} verb="answered" onRetry=${() => page.ask()}>
    ${words && html`<span>${words}</span>`}
    ${isLong && html`<span>waiting for ${waited} …</span>`}
  </${NodesLine}>`;
}

function Failure({ problem, at }) {
  if (problem === null || problem.code === "session_invalid") return null;
  const words = problem.field ? fieldWords(problem) : serviceWords(problem);
  return html`<${Note} kind="bad" role="alert"><span id="log-refused">${words}</span>${at !== null && ` The rows below are from ${clock(at)}.`}</${Note}>`;
}
