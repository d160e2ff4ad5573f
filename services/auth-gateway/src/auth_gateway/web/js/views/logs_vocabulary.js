/** The words of Technitium's query logs, and what they are called here. */

export const STATUSES = Object.freeze([
  { value: "blocked", word: "Blocked" },
  { value: "allowed", word: "Allowed" },
]);

/** Each with the token of its colour; what upstream blocked is told apart by its word. */
const RESPONSES = {
  Cached: { word: "Cached", colour: "cached" },
  Recursive: { word: "Recursive", colour: "recursive" },
  Authoritative: { word: "Authoritative", colour: "authoritative" },
  Blocked: { word: "Blocked", colour: "blocked" },
  UpstreamBlocked: { word: "Blocked upstream", colour: "blocked" },
  UpstreamBlockedCached: { word: "Blocked upstream, cached", colour: "blocked" },
  Dropped: { word: "Dropped", colour: "dropped" },
};

/** The word and colour of a response type; one we do not know is called what the node calls it. */
export function response(type) {
  return RESPONSES[type] ?? { word: type, colour: "dropped" };
}

const PLAIN = {
  type: "A AAAA HTTPS PTR CNAME MX TXT SRV NS SOA SVCB DS DNSKEY CAA ANY",
  rcode: "NoError NxDomain ServerFailure Refused FormatError NotImplemented NotAuth",
  protocol: "Udp Tcp Tls Https HttpsJson Quic UdpProxy TcpProxy",
};

const PROTOCOLS = {
  Udp: "UDP",
  Tcp: "TCP",
  Tls: "TLS",
  Https: "HTTPS",
  HttpsJson: "HTTPS (JSON)",
  Quic: "QUIC",
  UdpProxy: "UDP by proxy",
  TcpProxy: "TCP by proxy",
};

export function protocolWord(protocol) {
  return PROTOCOLS[protocol] ?? protocol;
}

const ANY = { status: "Any status", response: "Any response", type: "Any type", rcode: "Any code", protocol: "Any protocol" };

/** The choices of one filter; a value of the address that is none of them is one more. */
export function choicesOf(id, value) {
  const known = id === "status" ? STATUSES : id === "response" ? responses() : plain(id);
  const found = [{ value: "", word: ANY[id] }, ...known];
  return !value || found.some((one) => one.value === value) ? found : [...found, { value, word: value }];
}

function responses() {
  return Object.entries(RESPONSES).map(([value, { word }]) => ({ value, word }));
}

function plain(id) {
  return PLAIN[id].split(" ").map((value) => ({ value, word: wordOf(id, value) }));
}

/** What a value of a filter is called. */
export function wordOf(id, value) {
  if (id === "response") return response(value).word;
  if (id === "protocol") return protocolWord(value);
  if (id === "status") return STATUSES.find((one) => one.value === value)?.word ?? value;
  return value;
}
