/** The time as a signal: components that read it are drawn again each second, while the tab is visible. */
import { signal } from "../../vendor/signals.js";

export const now = signal(Date.now());

function tick() {
  if (document.visibilityState === "visible") now.value = Date.now();
}

export function startClock() {
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
}
