/** Drawing with uPlot: stacked areas with their names on them, and a line above. Fetched when the first chart is. */
import { bucketWords, FAILED, isUtc, LAYERS, stacked } from "../course.js";
import { nameLayers } from "./plot_names.js";

const FONT = "12px system-ui, sans-serif";
const DAY_S = 86_400;

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

let library = null;

/** The library, fetched once; a failure is tried again the next time. */
export function fetchPlot() {
  library ??= import("../../vendor/uplot.js").catch((error) => {
    library = null;
    throw error;
  });
  return library;
}

/**
 * Draws `course` (as `drawable` gives it) into `place`. `colour(name)` resolves a token, `onPoint(index)` is told
 * which bucket is under the pointer, null for none. The answer has `setSize` and `destroy`.
 */
export function draw(uPlot, place, { course, span, size, isSmall, colour, onPoint }) {
  const { unit, isLastRunning } = span;
  const sums = stacked(course.layers);
  // The highest sum first, so that each lower one covers the part of it that is not its own.
  const order = LAYERS.map((_, index) => index).reverse();
  const data = [course.times, ...order.map((index) => sums[index]), course.failed];
  const series = [
    {},
    ...order.map((index) => area(colour(`--${LAYERS[index].id}`))),
    { stroke: colour(`--${FAILED.id}`), width: 1.5, points: { show: false } },
  ];
  const overlay = (plot) => {
    if (isLastRunning) paleLast(plot, course.times, colour);
    if (!isSmall) nameLayers(plot, course.times, sums, colour);
  };
  const options = {
    ...size,
    series,
    padding: isSmall ? [2, 0, 0, 0] : [8, 20, 0, 0],
    legend: { show: false },
    cursor: { show: !isSmall, y: false, drag: { x: false, y: false }, points: { show: false } },
    select: { show: false },
    scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
    axes: isSmall ? [{ show: false }, { show: false }] : axes(unit, colour),
    tzDate: (at) => (isUtc(unit) ? uPlot.tzDate(new Date(at * 1000), "Etc/UTC") : new Date(at * 1000)),
    hooks: { draw: [overlay], ...(isSmall ? {} : { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] }) },
  };
  return new uPlot(options, data, place);
}

/** The way down to a bucket that still runs says nothing yet, so it is drawn pale. */
function paleLast(plot, times, colour) {
  if (times.length < 2) return;
  const { ctx, bbox } = plot;
  const left = plot.valToPos(times.at(-2), "x", true);
  ctx.save();
  ctx.globalAlpha = 0.6;
  ctx.fillStyle = colour("--surface");
  ctx.fillRect(left, bbox.top, bbox.left + bbox.width - left + devicePixelRatio, bbox.height);
  ctx.restore();
}

function area(colour) {
  return { fill: colour, stroke: colour, width: 0, points: { show: false } };
}

function axes(unit, colour) {
  const common = {
    font: FONT,
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return [
    { ...common, grid: { show: false }, size: 24, space: 72, values: (_, splits, __, ___, step) => splits.map((at) => tick(at, unit, step)) },
    { ...common, size: 48, space: 40, values: (_, splits) => splits.map((count) => (Number.isInteger(count) ? COMPACT.format(count) : "")) },
  ];
}

const DATE = { day: "numeric", month: "short" };
const LOCAL_DATE = new Intl.DateTimeFormat("en-GB", DATE);
const UTC_DATE = new Intl.DateTimeFormat("en-GB", { ...DATE, timeZone: "UTC" });

function tick(at, unit, step) {
  if (unit === "month") return bucketWords(at, unit).replace(/ \d+$/, "").slice(0, 3);
  if (isUtc(unit)) return UTC_DATE.format(at * 1000);
  const isMidnight = new Date(at * 1000).getHours() === 0 && new Date(at * 1000).getMinutes() === 0;
  return step >= DAY_S || isMidnight ? LOCAL_DATE.format(at * 1000) : bucketWords(at, "minute");
}
