/** What nodes are called in front of people. */
import { nodes } from "./session.js";

/** The name of a node, or its id when it is configured no more. */
export function nameOf(nodeId) {
  return nodes.value.find((node) => node.id === nodeId)?.name ?? nodeId;
}
