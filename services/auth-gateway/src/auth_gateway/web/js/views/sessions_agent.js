/** What a browser or program calls itself, as people call it. Pure. */

// The first that matches counts: browsers name those whose pages they want to be given as well.
const PROGRAMS = [
  [/\bEdg(?:A|iOS)?\/(\d+)/, "Edge"],
  [/\bOPR\/(\d+)/, "Opera"],
  [/\bSamsungBrowser\/(\d+)/, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/\b(?:Headless)?Chrome\/(\d+)|\bCriOS\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//, "Safari"],
];

const SYSTEMS = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows NT\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

const PRODUCT = /^([\w.+-]+)(?:\/(\d+(?:\.\d+)?))?/;

/** "Firefox 128 on Windows"; of what is no browser its own name, as "curl 8.5". */
export function agentWords(agent) {
  const program = browser(agent) ?? product(agent);
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  if (program === null) return system ? `Unknown program on ${system}` : "Unknown program";
  return system ? `${program} on ${system}` : program;
}

function browser(agent) {
  for (const [pattern, name] of PROGRAMS) {
    const found = pattern.exec(agent);
    if (found) return `${name} ${found.slice(1).find(Boolean)}`;
  }
  return null;
}

function product(agent) {
  const [, name, version] = PRODUCT.exec(agent) ?? [];
  if (!name || name === "Mozilla") return null;
  return version ? `${name} ${version}` : name;
}
