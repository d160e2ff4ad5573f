/** What of the view stands in the address bar, so that it can be shared and back works: `?node=ns2`. */
import { signal } from "../../vendor/signals.js";
import { signInFirst } from "./session.js";

/** The id of the node whose sheet is open, or null. */
export const openNode = signal(nodeInAddress());

function nodeInAddress() {
  return new URLSearchParams(location.search).get("node");
}

export function showNode(nodeId) {
  if (signInFirst()) return;
  history.pushState({ openedHere: true }, "", `?node=${encodeURIComponent(nodeId)}`);
  openNode.value = nodeId;
}

/** Closes the node's sheet; the entry it made in the history goes as well. */
export function hideNode() {
  if (openNode.value === null) return;
  if (history.state?.openedHere) history.back();
  else history.replaceState(null, "", location.pathname);
  openNode.value = null;
}

export function followAddress() {
  addEventListener("popstate", () => {
    openNode.value = nodeInAddress();
  });
}
