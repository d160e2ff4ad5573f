/** What was typed into the form, kept in this tab for the person who typed it. */
import { user } from "../state/session.js";
import { USUAL } from "./lookup_question.js";

const KEY = "lookup";

/** What was typed before, or null. */
export function draft() {
  try {
    const { user: whose, typed } = JSON.parse(sessionStorage.getItem(KEY));
    return whose === user.peek() ? { ...USUAL, ...typed } : null;
  } catch {
    // Nothing was kept, or this browser keeps nothing.
    return null;
  }
}

export function keepDraft(typed) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ user: user.peek(), typed }));
  } catch {
    // Then it lasts as long as the page does.
  }
}
