import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app/AppContext.ts";
import { SimulatorControl } from "./SimulatorControl.tsx";

const REFRESH_MS = 250;

/** Numbers for developers. `?debug` or F3. */
export function DebugOverlay() {
  const { client, debug, ui } = useApp();
  const [, refresh] = useState(0);
  const [copied, setCopied] = useState("");
  useEffect(() => {
    const timer = setInterval(() => refresh((count) => count + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);

  const stats = client.net?.stats;
  const room = client.room.value;
  const state = client.state.value;
  const facts: [string, string][] = [
    ["FPS", (client.game.value?.fps ?? 0).toFixed(0)],
    ["Ping", `${(stats?.ping ?? 0).toFixed(0)} ms`],
    ["Jitter", `${(stats?.jitter ?? 0).toFixed(1)} ms`],
    ["Pending inputs", String(stats?.pending ?? 0)],
    ["Last correction", `${(stats?.correction ?? 0).toFixed(3)} u`],
    ["Drift", `${(stats?.drift ?? 0).toFixed(4)} u`],
    ["Patches", `${stats?.patchBytesPerSecond ?? 0} B/s`],
    ["Tick", String(stats?.tick ?? 0)],
    ["Connection", state.name],
    ["Room", room ? `${room.code} · ${room.id}` : "none"],
    ["Session", state.name === "connected" ? state.room.sessionId : "none"],
  ];

  async function copyLog() {
    try {
      await navigator.clipboard.writeText(client.log.toText());
      setCopied("Copied");
    } catch (error) {
      setCopied(`Not copied: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return (
    <aside class={`debug ${room ? "" : "debug-menu"}`} aria-label="Debug">
      <header>
        <strong>Debug</strong>
        {room && (
          <>
            <button type="button" onClick={() => void client.sayHi()}>
              Say hi
            </button>
            <button type="button" onClick={() => client.connection.drop()}>
              Drop
            </button>
          </>
        )}
        <button
          type="button"
          aria-label="Close debug"
          onClick={() => {
            ui.isDebugOpen.value = false;
          }}
        >
          ×
        </button>
      </header>
      {/* Only its header stands over the menu: what is under it stays in reach of the pointer. */}
      {room && (
        <dl>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {room && debug.canSimulate && <SimulatorControl />}
      <details>
        <summary>Client log ({client.log.entries.value.length})</summary>
        <button type="button" onClick={() => void copyLog()}>
          Copy log
        </button>{" "}
        {copied}
        <ol>
          {client.log.entries.value
            .slice(-40)
            .reverse()
            .map(({ at, text }, index) => (
              <li key={`${at}-${index}-${text}`}>
                <time>{new Date(at).toISOString().slice(11, 23)}</time> {text}
              </li>
            ))}
        </ol>
      </details>
    </aside>
  );
}
