/** The overview: how busy the nodes were, one card for each of them, and who and what was asked for most. */
import { html } from "../html.js";
import { useEffect } from "../../vendor/preact-hooks.js";
import { useRefresh } from "../parts/on_refresh.js";
import { fetchPlot } from "../parts/plot.js";
import { chosenNode, rangeQuery } from "../state/range.js";
import { nodes } from "../state/session.js";
import { askStats, statsOf } from "../state/stats.js";
import { Answered } from "./answered.js";
import { BusyCard } from "./busy_card.js";
import { Choices, OwnRange } from "./choices.js";
import { NodeCard } from "./node_card.js";
import { RefreshButton } from "./refresh_button.js";
import { TopLists } from "./top_lists.js";

export function Overview() {
  const query = rangeQuery();
  const node = chosenNode();
  const view = statsOf(query).value;
  useEffect(() => void fetchPlot().catch(() => {}), []);
  useEffect(() => void askStats(query), [query]);
  useRefresh((how) => askStats(query, how));
  const shown = nodes.value.filter((one) => node === null || one === node);
  return html`<div class="page-head">
      <h1>Overview</h1>
      <${Choices} />
      <${RefreshButton} />
    </div>
    <${Answered} />
    <${OwnRange} />
    <${BusyCard} view=${view} node=${node} />
    <div class=${`cards nodes nodes-${shown.length}`}>
      ${shown.map((one) => html`<${NodeCard} key=${one.id} node=${one} stats=${view.data} isAlone=${node !== null} />`)}
    </div>
    <${TopLists} view=${view} node=${node} />`;
}
