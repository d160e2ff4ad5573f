/** What is looked up, as the address and the form hold it, and how the services are asked. Pure. */

/** The fields of the form with what they are when nothing else is said. */
export const USUAL = Object.freeze({ name: "", type: "A", node: "", server: "this-server", protocol: "Udp", dnssec: "" });

export const TYPES = Object.freeze(
  "A AAAA CNAME MX NS TXT SOA SRV PTR HTTPS SVCB CAA DS DNSKEY RRSIG NSEC TLSA SSHFP NAPTR DNAME ANAME APP FWD URI LOC ANY AXFR".split(" "),
);

export const PROTOCOLS = Object.freeze([
  { value: "Udp", word: "UDP" },
  { value: "Tcp", word: "TCP" },
  { value: "Tls", word: "TLS (DoT)" },
  { value: "Https", word: "HTTPS (DoH)" },
  { value: "Quic", word: "QUIC (DoQ)" },
]);

export const OTHER = "other";

/** Whom a node asks. */
export const SERVERS = Object.freeze([
  { value: "this-server", word: "This server itself" },
  { value: "recursive-resolver", word: "From the root on" },
  { value: "system-dns", word: "The system’s DNS" },
  { value: OTHER, word: "Another server …" },
]);

const NAMED = new Set(SERVERS.map(({ value }) => value));

/** Which of the choices a server is. */
export function choiceOf(server) {
  return NAMED.has(server) ? server : OTHER;
}

/** The question of the address, or null when it holds none; `read(name)` reads one parameter. */
export function questionOf(read) {
  if (read("name") === null) return null;
  return Object.fromEntries(Object.entries(USUAL).map(([field, usual]) => [field, read(field) ?? usual]));
}

/** The parameters for the address: only what is not as usual. */
export function addressOf(question) {
  return Object.fromEntries(Object.entries(question).map(([field, value]) => [field, value === USUAL[field] ? null : value]));
}

/** What is wrong with the form before anybody is asked, by field. */
export function wrongs({ name, server }) {
  return {
    ...(name.trim() ? {} : { name: "Enter a domain name; the root is a dot." }),
    ...(server.trim() && server !== OTHER ? {} : { server: "Enter the server’s address, name or URL." }),
  };
}

/** The path that asks one node or all. */
export function pathOf({ name, type, node, server, protocol, dnssec }) {
  const params = new URLSearchParams({ name, type, server, protocol });
  if (dnssec) params.set("dnssec", "true");
  return `/api/nodes/${node ? encodeURIComponent(node) : "all"}/lookup?${params}`;
}

/** The answer of one node or of all as one shape: that of all. */
export function sameShape(data) {
  if (data.nodes) return data;
  const { nodeId, tookMs, reply, failure, question } = data;
  return { question, tookMs, agree: null, answers: [], nodes: [{ nodeId, state: "ok", tookMs, reply, failure }] };
}

const OF_PROBLEM = {
  node_permission_denied: "denied",
  node_session_expired: "signed_out",
  node_unreachable: "unreachable",
  node_timeout: "timeout",
  timed_out: "timeout",
};

/** The problem of the one node that was asked, in the same shape. */
export function failedShape(question, problem, tookMs) {
  const { code, detail, section, permission } = problem;
  const node = { nodeId: question.node, state: OF_PROBLEM[code] ?? "error", tookMs, message: detail, section, permission };
  return { question, tookMs, agree: null, answers: [], nodes: [node] };
}
