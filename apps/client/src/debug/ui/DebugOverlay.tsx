import "uplot/dist/uPlot.min.css";
import "./debug.css";
import { useEffect, useState } from "preact/hooks";
import { Instruments } from "../Instruments.ts";
import { BotsSection } from "./BotsSection.tsx";
import { useDebug } from "./DebugContext.ts";
import { GraphsSection } from "./GraphsSection.tsx";
import { IconButton } from "./IconButton.tsx";
import { LayersSection } from "./LayersSection.tsx";
import { LogSection } from "./LogSection.tsx";
import { NetworkSection } from "./NetworkSection.tsx";
import { RecordSection } from "./RecordSection.tsx";

/** Below this size an open overlay would leave nothing of the game to be seen. */
const SMALL = "(max-width: 55rem), (max-height: 30rem)";

/** Numbers, switches and words for developers. While it is there it measures; when it goes it leaves nothing behind. */
export function DebugOverlay() {
  const { client, layers } = useDebug();
  const [instruments, setInstruments] = useState<Instruments>();
  useEffect(() => {
    const made = new Instruments(client, () => layers.peek());
    setInstruments(made);
    return () => made.dispose();
  }, [client, layers]);
  return instruments && <Panel instruments={instruments} />;
}

function Panel({ instruments }: { instruments: Instruments }) {
  const debug = useDebug();
  const isInRoom = debug.client.room.value !== undefined;
  const isCollapsed = debug.isCollapsed.value ?? (!isInRoom || matchMedia(SMALL).matches);
  const classes = [
    "debug",
    isCollapsed && "debug-collapsed",
    debug.isOnLeft.value && "debug-left",
    !isInRoom && "debug-menu",
  ];
  return (
    <section class={classes.filter(Boolean).join(" ")} aria-label="Debug">
      <Header instruments={instruments} isCollapsed={isCollapsed} />
      {!isCollapsed && (
        <div class="debug-body">
          <GraphsSection instruments={instruments} />
          <LayersSection instruments={instruments} />
          <NetworkSection />
          {debug.options.isDevelopment && <BotsSection />}
          <RecordSection instruments={instruments} />
          <LogSection />
        </div>
      )}
    </section>
  );
}

function Header({ instruments, isCollapsed }: { instruments: Instruments; isCollapsed: boolean }) {
  const debug = useDebug();
  const { fps, net } = instruments.reading.value;
  const side = debug.isOnLeft.value ? "right" : "left";
  return (
    <header class="debug-head">
      <strong>Debug</strong>
      <span class="debug-brief">
        {fps.toFixed(0)} FPS{net && ` · ${net.ping.toFixed(0)} ms`}
      </span>
      {!isCollapsed && (
        <IconButton
          name={`Move debug to the ${side}`}
          sign={side}
          onClick={() => {
            debug.isOnLeft.value = side === "left";
          }}
        />
      )}
      <IconButton
        name={isCollapsed ? "Expand debug" : "Collapse debug"}
        sign={isCollapsed ? "down" : "up"}
        isExpanded={!isCollapsed}
        onClick={() => {
          debug.isCollapsed.value = !isCollapsed;
        }}
      />
      <IconButton
        name="Close debug"
        sign="close"
        onClick={() => {
          debug.isOpen.value = false;
        }}
      />
    </header>
  );
}
