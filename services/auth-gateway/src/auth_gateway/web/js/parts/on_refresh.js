/** Takes part in the refreshing of the page for as long as something is shown. */
import { useEffect, useRef } from "../../vendor/preact-hooks.js";
import { alsoRefresh } from "../state/refresh.js";

/** `ask({poll})` runs with every refresh, by hand (`poll` false) and each 30 s while the page is visible. */
export function useRefresh(ask) {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => alsoRefresh((how) => latest.current(how)), []);
}
