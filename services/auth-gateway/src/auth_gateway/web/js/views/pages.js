/** The pages there are: their names, keys and signs. All but the first are fetched when somebody goes there. */

/**
 * Each as `{id, word, key, icon, load}`: `key` is the letter after `g`; `load` resolves to a module whose `View` is the
 * page, and is null for the first page, which is there already. `personal` pages exist only where people sign in.
 */
export const PAGES = Object.freeze([
  { id: "overview", word: "Overview", key: "o", icon: "overview", load: null },
  { id: "logs", word: "Logs", key: "l", icon: "logs", load: () => import("./logs.js") },
  { id: "lookup", word: "Lookup", key: "k", icon: "lookup", load: () => import("./lookup.js") },
  { id: "sessions", word: "Sessions", key: "s", icon: "sessions", personal: true, load: () => import("./sessions.js") },
]);

/** The page of a name; an address that names none is the overview. */
export function pageOf(id) {
  return PAGES.find((one) => one.id === id) ?? PAGES[0];
}

/** The pages that exist for whom `isOpen` says: without sign-in there are no sessions. */
export function pagesFor(isOpen) {
  return PAGES.filter((one) => !(one.personal && isOpen));
}
