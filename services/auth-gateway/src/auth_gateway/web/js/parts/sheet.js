/** A sheet over the page: in the middle of wide screens, at the bottom of phones. Esc closes it. */
import { html } from "../html.js";
import { useId, useLayoutEffect, useRef } from "../../vendor/preact-hooks.js";
import { Icon } from "./icon.js";

/**
 * `onClose` is told when the person closes the sheet; whoever shows it then stops showing it. Focus goes into the
 * sheet and back to where it was.
 */
export function Sheet({ title, onClose, closeWord = "Close", children }) {
  const dialog = useRef(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    element.showModal();
    return () => element.close();
  }, []);
  const cancelled = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog class="sheet" ref=${dialog} aria-labelledby=${titleId} onCancel=${cancelled}>
    <header class="sheet-head">
      <h2 id=${titleId}>${title}</h2>
      <button type="button" class="quiet square" onClick=${onClose} aria-label=${closeWord} title=${closeWord}>
        <${Icon} name="close" />
      </button>
    </header>
    ${children}
  </dialog>`;
}
