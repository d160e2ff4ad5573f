/** The course of queries as stacked areas. Its place has its height before anything is drawn, so nothing moves. */
import { html } from "../html.js";
import { useEffect, useRef, useState } from "../../vendor/preact-hooks.js";
import { drawable } from "../course.js";
import { theme } from "../state/theme.js";
import { draw, fetchPlot } from "./plot.js";

/**
 * `course` and `span` are as the services say them; `label` is the chart in a sentence, for those who do not see it.
 * `onPoint(index)` is told which bucket is under the pointer, null when none is.
 */
export function Chart({ course, span, label, isSmall = false, onPoint = () => {} }) {
  const place = useRef(null);
  const [uPlot, setLibrary] = useState(null);
  const isDark = useDark();
  useEffect(() => {
    let isShown = true;
    fetchPlot().then(
      (library) => isShown && setLibrary(() => library.uPlot),
      () => {},
    );
    return () => (isShown = false);
  }, []);
  useEffect(() => {
    if (uPlot === null || course.times.length === 0) return undefined;
    return drawn(uPlot, place.current, { course: drawable(course), span, isSmall, onPoint });
  }, [uPlot, course, span, isSmall, theme.value, isDark]);
  return html`<div class=${isSmall ? "chart chart-small" : "chart"} ref=${place} role="img" aria-label=${label}></div>`;
}

/** Draws, follows the size of the place, and answers how to take it away. */
function drawn(uPlot, place, what) {
  const size = () => ({ width: Math.max(place.clientWidth, 1), height: Math.max(place.clientHeight, 1) });
  const plot = draw(uPlot, place, { ...what, size: size(), colour: (name) => resolved(place, name) });
  const watcher = new ResizeObserver(() => plot.setSize(size()));
  watcher.observe(place);
  return () => {
    watcher.disconnect();
    plot.destroy();
  };
}

// A token may be a choice between light and dark; what an element makes of it is a colour.
function resolved(place, name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const DARK = matchMedia("(prefers-color-scheme: dark)");

function useDark() {
  const [isDark, setDark] = useState(DARK.matches);
  useEffect(() => {
    const follow = () => setDark(DARK.matches);
    DARK.addEventListener("change", follow);
    return () => DARK.removeEventListener("change", follow);
  }, []);
  return isDark;
}
