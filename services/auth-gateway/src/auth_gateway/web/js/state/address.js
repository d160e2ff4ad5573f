/**
 * The view as the address bar holds it, so that it can be shared and back works: `/?page=logs&node=ns2`.
 *
 * `page` names the page (the overview without one), `about` the node whose sheet is open; every other parameter
 * belongs to the page that is shown. A page reads its own by `param` and writes them by `setParams`.
 */
import { computed, signal } from "../../vendor/signals.js";
import { signInFirst } from "./session.js";

const FIRST_PAGE = "overview";

const query = signal(location.search);

const params = computed(() => new URLSearchParams(query.value));

/** The name of the page that is shown, as the address has it. */
export const page = computed(() => param("page") ?? FIRST_PAGE);

/** The id of the node whose sheet is open, or null. */
export const openNode = computed(() => param("about"));

/** One parameter of the view, or null; whoever reads it while drawing is drawn again when it changes. */
export function param(name) {
  return params.value.get(name) || null;
}

/**
 * Changes parameters of this page and leaves the others; null or "" takes one out. Each change is a step for the
 * browser's back, unless `replace`, as for a field while somebody types.
 */
export function setParams(changes, { replace = false } = {}) {
  const next = new URLSearchParams(query.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") next.delete(name);
    else next.set(name, value);
  }
  write(next, { replace, state: null });
}

/** The address of a page with its parameters, for links; a click on such a link loads nothing anew. */
export function href(name, values = {}) {
  const next = new URLSearchParams(name === FIRST_PAGE ? {} : { page: name });
  for (const [key, value] of Object.entries(values)) if (value) next.set(key, value);
  return next.size > 0 ? `/?${next}` : "/";
}

/** Goes to another page, at its beginning. */
export function goTo(name, values = {}) {
  follow(href(name, values));
}

function follow(address) {
  const { search } = new URL(address, location.href);
  const was = page.peek();
  write(new URLSearchParams(search), { replace: false, state: null });
  if (page.peek() === was) return;
  scrollTo(0, 0);
  document.getElementById("page")?.focus({ preventScroll: true });
}

function write(next, { replace, state }) {
  const search = next.size > 0 ? `?${next}` : "";
  if (search === query.peek()) return;
  if (replace) history.replaceState(history.state, "", search || location.pathname);
  else history.pushState(state, "", search || location.pathname);
  query.value = search;
}

/** Opens the sheet of a node. */
export function showNode(nodeId) {
  if (signInFirst()) return;
  const next = new URLSearchParams(query.value);
  next.set("about", nodeId);
  write(next, { replace: false, state: { openedHere: true } });
}

/** Closes the node's sheet; the entry it made in the history goes as well. */
export function hideNode() {
  if (openNode.value === null) return undefined;
  if (!history.state?.openedHere) return setParams({ about: null }, { replace: true });
  const next = new URLSearchParams(query.value);
  next.delete("about");
  history.back();
  // The step back arrives a moment later; the sheet is closed now.
  query.value = next.size > 0 ? `?${next}` : "";
  return undefined;
}

/** Begins to follow back, forward and the links to our own pages. */
export function followAddress() {
  addEventListener("popstate", () => {
    query.value = location.search;
  });
  document.addEventListener("click", onClick);
}

// Only what would load this same page again; with a key held down people want another tab.
function onClick(event) {
  const link = event.target.closest?.("a[href]");
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
  const { origin, pathname, hash } = new URL(link.href);
  if (origin !== location.origin || pathname !== location.pathname || hash) return;
  event.preventDefault();
  follow(link.href);
}
