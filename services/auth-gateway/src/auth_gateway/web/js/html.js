/** The one way templates are written here: htm over Preact, no compile step. */
import { h } from "../vendor/preact.js";
import htm from "../vendor/htm.js";

export const html = htm.bind(h);
