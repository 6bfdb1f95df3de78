import { useEffect, useState } from "preact/hooks";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import type { ConnectionState } from "../connection.ts";
import { reasonText } from "../reasonTexts.ts";
import { WaitOverlay } from "./WaitOverlay.tsx";

/** The connection is lost and coming back: which try, and when the next one is. */
export function ReconnectOverlay({ state }: { state: ConnectionState & { name: "reconnecting" } }) {
  const { connection } = useApp().client;
  const seconds = useSecondsUntil(state.retryAt);
  // That nothing can be reached meanwhile is no news: what helps is why.
  const shown = state.refusal.reason === "session/server_unreachable" ? state.why : state.refusal;
  return (
    <WaitOverlay
      title="Finding the way back"
      onCancel={() => connection.cancel()}
      action={
        <Button kind="primary" disabled={state.retryAt === undefined} onClick={() => connection.retryNow()}>
          Try now
        </Button>
      }
    >
      <p>{reasonText(shown)} Your place is kept for you.</p>
      <p class="wait-facts">
        Attempt {state.attempt} of {state.maxAttempts}
        {" · "}
        {state.retryAt === undefined ? "trying now…" : `next try in ${seconds} s`}
      </p>
    </WaitOverlay>
  );
}

function useSecondsUntil(at: number | undefined): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (at === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [at]);
  return at === undefined ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}
