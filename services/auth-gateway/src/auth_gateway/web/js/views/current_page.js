/** The page that the address names, fetched when somebody goes there for the first time. */
import { html } from "../html.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";
import { useAfter } from "../parts/delay.js";
import { Note } from "../parts/note.js";
import { page } from "../state/address.js";
import { Overview } from "./overview.js";
import { pageOf } from "./pages.js";

export function CurrentPage() {
  const { id, word, load } = pageOf(page.value);
  if (load === null) return html`<${Overview} />`;
  return html`<${Fetched} key=${id} word=${word} load=${load} />`;
}

function Fetched({ word, load }) {
  const [found, setFound] = useState(null);
  const isLong = useAfter(found === null, 1000);
  useEffect(() => {
    load().then(setFound, () => setFound("failed"));
  }, []);
  if (found === "failed") return html`<${Unfetched} word=${word} />`;
  if (found !== null) return html`<${found.View} />`;
  return html`<div class="page-head"><h1>${word}</h1></div>
    <p class="muted" role="status">${isLong ? "waiting for Companion …" : ""}</p>`;
}

// A browser remembers that a module could not be had until the page is loaded anew.
function Unfetched({ word }) {
  return html`<div class="page-head"><h1>${word}</h1></div>
    <${Note} kind="bad" role="alert">This page could not be fetched from Companion. Check the network of this device.</${Note}>
    <p><button type="button" onClick=${() => location.reload()}>Load the page again</button></p>`;
}
