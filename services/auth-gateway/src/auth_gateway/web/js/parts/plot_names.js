/** The names of the layers, written on them where they have the most room. */
import { LAYERS } from "../course.js";

const SIZE_PX = 12;
const LEAST_PX = 15;

/** Draws on the canvas of `plot`; `sums` are the upper edges of the layers, `colour(name)` resolves a token. */
export function nameLayers(plot, times, sums, colour) {
  const { ctx } = plot;
  const xs = times.map((time) => plot.valToPos(time, "x", true));
  const edge = (counts) => counts.map((count) => plot.valToPos(count, "y", true));
  const edges = [edge(times.map(() => 0)), ...sums.map(edge)];
  ctx.save();
  ctx.font = `${SIZE_PX * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  LAYERS.forEach(({ id, word }, layer) => {
    const place = roomiest(xs, edges[layer + 1], edges[layer], ctx.measureText(word).width / 2);
    if (place === null || place.height < LEAST_PX * devicePixelRatio) return;
    ctx.fillStyle = inkOn(colour(`--${id}`));
    ctx.fillText(word, place.x, place.y);
  });
  ctx.restore();
}

/** Where a word of twice the width `half` has the most height between two edges; null where it has none. */
function roomiest(xs, tops, bottoms, half) {
  let best = null;
  for (const x of xs) {
    if (x - half < xs[0] || x + half > xs.at(-1)) continue;
    const under = xs.map((_, index) => index).filter((index) => Math.abs(xs[index] - x) < half);
    const ends = [x - half, x + half];
    const top = Math.max(...under.map((index) => tops[index]), ...ends.map((end) => at(xs, tops, end)));
    const bottom = Math.min(...under.map((index) => bottoms[index]), ...ends.map((end) => at(xs, bottoms, end)));
    if (best === null || bottom - top > best.height) best = { x, y: (top + bottom) / 2, height: bottom - top };
  }
  return best;
}

/** The height of a line of points at `x`, which lies between the first and the last. */
function at(xs, ys, x) {
  const right = Math.max(1, xs.findIndex((one) => one >= x));
  const share = (x - xs[right - 1]) / (xs[right] - xs[right - 1]);
  return ys[right - 1] + share * (ys[right] - ys[right - 1]);
}

/** Black or white, whichever is read better on a colour given as `rgb(…)`. */
function inkOn(colour) {
  const [red, green, blue] = colour.match(/\d+/g).map((value) => (value / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}
