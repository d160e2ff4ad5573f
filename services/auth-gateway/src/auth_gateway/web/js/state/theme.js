/** Light, dark, or as the device has it: kept in this browser. */
import { signal } from "../../vendor/signals.js";

// js/theme_early.js reads the same key before the first drawing.
const KEY = "companion.theme";

export const THEMES = Object.freeze(["auto", "light", "dark"]);

export const theme = signal(document.documentElement.dataset.theme ?? "auto");

/** Chooses a theme. A browser that keeps nothing still shows it until the page is left. */
export function chooseTheme(name) {
  theme.value = name;
  const root = document.documentElement;
  if (name === "auto") delete root.dataset.theme;
  else root.dataset.theme = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Storage is switched off or full: the choice holds for this page.
  }
}
