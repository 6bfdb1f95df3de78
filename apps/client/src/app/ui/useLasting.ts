import { useEffect, useState } from "preact/hooks";

/** True once `is` has been true for so long without a break: what passes before that is not worth showing. */
export function useLasting(is: boolean, ms: number): boolean {
  const [hasLasted, setLasted] = useState(false);
  useEffect(() => {
    if (!is) return;
    const timer = setTimeout(() => setLasted(true), ms);
    return () => {
      clearTimeout(timer);
      setLasted(false);
    };
  }, [is, ms]);
  return is && (ms <= 0 || hasLasted);
}
