/** Waiting that shows only after a while, so that quick answers draw nothing in between. */
import { useEffect, useState } from "../../vendor/preact-hooks.js";

/** True once `active` has been so for `ms` milliseconds without a break. */
export function useAfter(active, ms) {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    setPassed(false);
    if (!active) return undefined;
    const timer = setTimeout(() => setPassed(true), ms);
    return () => clearTimeout(timer);
  }, [active, ms]);
  return active && passed;
}
