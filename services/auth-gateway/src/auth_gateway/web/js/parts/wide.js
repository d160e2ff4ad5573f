/** Whether the screen is wide enough for a table and a panel beside it. */
import { useEffect, useState } from "../../vendor/preact-hooks.js";

const WIDE = matchMedia("(min-width: 1000px)");

export function useWide() {
  const [isWide, setWide] = useState(WIDE.matches);
  useEffect(() => {
    const follow = () => setWide(WIDE.matches);
    WIDE.addEventListener("change", follow);
    return () => WIDE.removeEventListener("change", follow);
  }, []);
  return isWide;
}
