import { useEffect, useState } from "preact/hooks";

const LOOK_MS = 250;

/** Whole seconds until a moment (ms since the epoch), counted down to 0; 0 without one. */
export function useSecondsUntil(at: number | undefined): number {
  const [, look] = useState(0);
  useEffect(() => {
    if (at === undefined) return;
    const timer = setInterval(() => look((count) => count + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, [at]);
  return at === undefined ? 0 : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
