/** The sheet that signs in again to one node, while the session goes on. */
import { html } from "../html.js";
import { signal } from "../../vendor/signals.js";
import { Credentials } from "../parts/credentials.js";
import { Sheet } from "../parts/sheet.js";
import { askAgain } from "../state/seen.js";
import { ended, nodes, signInFirst, signInToNode, user } from "../state/session.js";

const wanted = signal(null);

/** Opens the sheet for one node. */
export function offerSignIn(nodeId) {
  if (signInFirst()) return;
  wanted.value = nodeId;
}

export function NodeSignInSheet() {
  const node = nodes.value.find((candidate) => candidate.id === wanted.value);
  if (!node || ended.value) return null;
  const close = () => (wanted.value = null);
  const submit = async (credentials) => {
    const answer = await signInToNode(node.id, credentials);
    if (answer.ok) {
      close();
      askAgain(node.id);
    }
    return answer;
  };
  return html`<${Sheet} title=${`Sign in to ${node.name}`} onClose=${close}>
    <p>As <strong>${user.value}</strong>, with the password this account has on ${node.name}.</p>
    <${Credentials} key=${node.id} submit=${submit} submitWord=${`Sign in to ${node.name}`} fixedUser=${user.value}
      nameOf=${(id) => nodes.value.find((other) => other.id === id)?.name ?? id} />
  </${Sheet}>`;
}
