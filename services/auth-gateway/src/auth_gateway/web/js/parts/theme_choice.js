/** Auto, light or dark, as one row of radio buttons. */
import { html } from "../html.js";
import { useId } from "../../vendor/preact-hooks.js";
import { chooseTheme, theme, THEMES } from "../state/theme.js";

const WORDS = { auto: "Auto", light: "Light", dark: "Dark" };

export function ThemeChoice() {
  const name = useId();
  return html`<fieldset class="choice">
    <legend>Theme</legend>
    ${THEMES.map(
      (value) => html`<label key=${value}>
        <input type="radio" name=${name} value=${value} checked=${theme.value === value} onChange=${() => chooseTheme(value)} />
        <span>${WORDS[value]}</span>
      </label>`,
    )}
  </fieldset>`;
}
