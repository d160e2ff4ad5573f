/** Who I am: the account, since when and until when, where it is signed in, the theme, and the way out. */
import { html } from "../html.js";
import { useRef, useState } from "../../vendor/preact-hooks.js";
import { duration, exact } from "../format.js";
import { Icon } from "../parts/icon.js";
import { Ago } from "../parts/moment.js";
import { NodeDot } from "../parts/node_dot.js";
import { Note } from "../parts/note.js";
import { ThemeChoice } from "../parts/theme_choice.js";
import { href } from "../state/address.js";
import { now } from "../state/clock.js";
import { seen } from "../state/seen.js";
import { me, nodes, open, otherName, signOut, user } from "../state/session.js";
import { standing } from "../state/standing.js";
import { serviceWords } from "../words.js";
import { offerSignIn } from "./sign_in_node.js";

export function UserMenu() {
  const panel = useRef(null);
  const [isOpen, setOpen] = useState(false);
  const hide = () => panel.current?.hidePopover();
  return html`<div class="user">
    <button type="button" class="quiet" popovertarget="user-panel" aria-expanded=${isOpen} aria-label=${open.value ? "Menu" : `Account ${user.value}`}>
      <${Icon} name="person" /><span class="user-name">${open.value ? "Everybody" : user.value}</span><${Icon} name="caret" />
    </button>
    <div class="panel" id="user-panel" popover="auto" ref=${panel} onToggle=${(event) => setOpen(event.newState === "open")}>
      ${isOpen && html`<${Account} hide=${hide} />`}
    </div>
  </div>`;
}

function Account({ hide }) {
  const [failure, setFailure] = useState(null);
  const leave = async () => {
    setFailure(null);
    const answer = await signOut();
    if (!answer.ok && answer.problem.code !== "session_invalid") setFailure(answer.problem);
  };
  return html`<h2>${open.value ? "Nobody signs in" : user.value}</h2>
    <${SessionLimits} session=${me.value.session} />
    <ul class="panel-nodes">
      ${nodes.value.map((node) => html`<${NodeLine} key=${node.id} node=${node} hide=${hide} />`)}
    </ul>
    <${ThemeChoice} />
    ${failure && html`<${Note} kind="bad" role="alert">Not signed out. ${serviceWords(failure)}</${Note}>`}
    ${!open.value && html`<a class="panel-link" href=${href("sessions")} onClick=${hide}>Sessions of this account</a>`}
    ${!open.value && html`<button type="button" class="whole" onClick=${leave}>Sign out</button>`}`;
}

function SessionLimits({ session }) {
  if (!session) return null;
  const ends = Date.parse(session.expiresAt);
  const left = (ends - now.value) / 1000;
  return html`<p class="small muted">
    Signed in <${Ago} at=${Date.parse(session.createdAt)} />.${" "}
    <span title=${exact(ends)}>Ends in ${duration(left)}, or after ${duration(session.idleLimitSeconds)} without use.</span>
  </p>`;
}

function NodeLine({ node, hide }) {
  const { kind, word } = standing(node, seen(node.id).value);
  const name = otherName(node);
  const again = () => {
    hide();
    offerSignIn(node.id);
  };
  return html`<li>
    <${NodeDot} kind=${kind} />
    <span class="node-name">${node.name}</span>
    <span class="small muted">${[word, name && `as ${name}`].filter(Boolean).join(" · ")}</span>
    ${kind === "signed_out" && html`<button type="button" class="link" onClick=${again}>Sign in to ${node.name}</button>`}
  </li>`;
}
