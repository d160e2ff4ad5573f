/** Keys that a part of the page offers for as long as it is shown. */
import { useEffect, useRef } from "../../vendor/preact-hooks.js";
import { offerKeys } from "../state/keys.js";

/** `keys` is a list of `{key, word, run}`: key and word stay the same, `run` is always the one of the last drawing. */
export function useKeys(keys) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const lasting = keys.map(({ key, word }, index) => ({ key, word, run: () => latest.current[index].run() }));
    return offerKeys(lasting);
  }, []);
}
