/**
 * Keys that work wherever nobody types: single letters of the page, and `g` followed by a letter for another page.
 *
 * A page offers its own by `offerKeys`; the help lists what is offered just now.
 */
import { signal } from "../../vendor/signals.js";

const PREFIX = "g";
const PREFIX_HOLDS_MS = 1500;
const TYPED_INTO = "input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]";

/** What is offered now: a list of `{key, word, run}`; the keys of pages are written `g l`. */
export const offered = signal([]);

/** Offers keys until the function that is returned is called. */
export function offerKeys(keys) {
  offered.value = [...offered.peek(), ...keys];
  return () => {
    offered.value = offered.peek().filter((one) => !keys.includes(one));
  };
}

let prefixAt = -Infinity;

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event)) return;
  const isSecond = event.timeStamp - prefixAt < PREFIX_HOLDS_MS;
  prefixAt = event.key === PREFIX && !isSecond ? event.timeStamp : -Infinity;
  const pressed = isSecond ? `${PREFIX} ${event.key}` : event.key;
  // The newest first: what a part of the page offers goes before what the page does.
  const found = offered.peek().findLast((one) => one.key === pressed);
  if (!found) return;
  event.preventDefault();
  found.run();
}

// A sheet has the keyboard for itself, and so has whoever types, until Esc.
function isElsewhere({ target, key }) {
  if (document.querySelector("dialog[open]") !== null) return true;
  if (!target.closest?.(TYPED_INTO)) return false;
  if (key === "Escape") target.blur();
  return true;
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
}
