import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useDebug } from "./DebugContext.ts";
import { SimulatorBanner } from "./SimulatorBanner.tsx";

/** What the debug tools show. The overlay, with its charts, is loaded when it is first opened. */
export function DebugLayer() {
  const { client, isOpen } = useDebug();
  const [view, setView] = useState<{ Overlay: ComponentType }>();
  const isWanted = isOpen.value;
  useEffect(() => {
    if (!isWanted || view) return;
    import("./DebugOverlay.tsx").then(
      ({ DebugOverlay }) => setView({ Overlay: DebugOverlay }),
      (error: unknown) => client.log.add(`the debug overlay could not be loaded: ${String(error)}`),
    );
  }, [client, isWanted, view]);
  return (
    <>
      <SimulatorBanner />
      {isWanted && view && <view.Overlay />}
    </>
  );
}
