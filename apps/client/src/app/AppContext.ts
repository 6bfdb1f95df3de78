import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { GameClient } from "./GameClient.ts";
import type { UiState } from "./UiState.ts";

/** What every view may use. */
export interface App {
  client: GameClient;
  ui: UiState;
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("useApp outside of AppContext");
  return app;
}
