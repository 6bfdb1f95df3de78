import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { DebugTools } from "../DebugTools.ts";

export const DebugContext = createContext<DebugTools | undefined>(undefined);

export function useDebug(): DebugTools {
  const debug = useContext(DebugContext);
  if (!debug) throw new Error("useDebug outside of DebugContext");
  return debug;
}
