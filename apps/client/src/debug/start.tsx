import { render } from "preact";
import type { GameClient } from "../app/GameClient.ts";
import { type DebugOptions, DebugTools } from "./DebugTools.ts";
import type { Snapshot } from "./snapshot.ts";
import { DebugContext } from "./ui/DebugContext.ts";
import { DebugLayer } from "./ui/DebugLayer.tsx";

declare global {
  interface Window {
    /** Only with `?debug`. */
    readonly tagalong?: Snapshot;
  }
}

/** Put the debug tools over the page: the overlay on F3 or `?debug`, the simulated network, the snapshot for tests. */
export function startDebug(client: GameClient, options: DebugOptions): void {
  const debug = new DebugTools(client, options);
  if (options.debug) Object.defineProperty(window, "tagalong", { get: () => debug.snapshot });
  window.addEventListener("keydown", (event) => {
    if (event.key !== "F3" || event.repeat) return;
    event.preventDefault();
    debug.isOpen.value = !debug.isOpen.value;
  });
  const root = document.createElement("div");
  root.id = "debug";
  document.body.append(root);
  render(
    <DebugContext.Provider value={debug}>
      <DebugLayer />
    </DebugContext.Provider>,
    root,
  );
}
