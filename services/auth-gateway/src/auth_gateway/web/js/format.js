/** Numbers, times and durations as every page shows them. Pure functions; times are epoch milliseconds. */

const GROUPED = new Intl.NumberFormat("en");
const ONE_DECIMAL = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

export function grouped(count) {
  return GROUPED.format(count);
}

/** The share of `part` in `whole` with one decimal; nothing of nothing is 0 %. */
export function percent(part, whole) {
  const share = whole > 0 ? (100 * part) / whole : 0;
  return `${ONE_DECIMAL.format(share)} %`;
}

export function counted(count, one, many) {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A length of time in its largest fitting unit; the second unit stands only below a day. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE_S) return `${whole} s`;
  if (whole < HOUR_S) return `${Math.floor(whole / MINUTE_S)} min`;
  if (whole < DAY_S) {
    const minutes = Math.floor((whole % HOUR_S) / MINUTE_S);
    const hours = Math.floor(whole / HOUR_S);
    return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  }
  return counted(Math.floor(whole / DAY_S), "day", "days");
}

/** How long ago `then` was. Below five seconds, and for clocks that disagree, it is "just now". */
export function ago(then, now) {
  const seconds = (now - then) / 1000;
  return seconds < 5 ? "just now" : `${duration(seconds)} ago`;
}

/** The whole date and time in the viewer's zone, for titles. */
export function exact(then) {
  return EXACT.format(then);
}

/** Hours and minutes in the viewer's zone, as in "what you see is from 09:14". */
export function clock(then) {
  return CLOCK.format(then);
}

/** Seconds still to wait as minutes and seconds: 4:12. */
export function countdown(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / MINUTE_S)}:${String(whole % MINUTE_S).padStart(2, "0")}`;
}

/** Names as a sentence lists them: "ns1, ns2 and ns3". */
export function listed(names, last) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}
