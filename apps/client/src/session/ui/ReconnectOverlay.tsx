import type { Reason } from "@tagalong/shared/session/reasons.ts";
import { useApp } from "../../app/AppContext.ts";
import type { ConnectionState } from "../connection.ts";
import { isQuietMove } from "../connectionText.ts";
import { waitText } from "../reasonTexts.ts";
import { TryFacts, TryNowButton } from "./TryFacts.tsx";
import { WaitOverlay } from "./WaitOverlay.tsx";

/** In these the server has not said what becomes of the seat: it is held. */
const KEPT: ReadonlySet<Reason> = new Set<Reason>([
  "session/connection_lost",
  "session/server_unreachable",
  "session/connect_timeout",
  "session/internal_error",
]);

/** The connection is lost and coming back: why, which try, and when the next one is. */
export function ReconnectOverlay({ state }: { state: ConnectionState & { name: "reconnecting" } }) {
  const { connection } = useApp().client;
  const { why, refusal } = state;
  const isQuiet = isQuietMove(state);
  // That nothing can be reached meanwhile is no news: what helps is why.
  const shown = isQuiet || refusal.reason === "session/server_unreachable" ? why : refusal;
  return (
    <WaitOverlay
      title={why.reason === "lobby/room_moved" ? "Your room is moving" : "Finding the way back"}
      why={`${waitText(shown)}${KEPT.has(shown.reason) ? " Your place is kept for you while the server runs." : ""}`}
      onCancel={() => connection.cancel()}
      action={!isQuiet && <TryNowButton progress={state} />}
    >
      {!isQuiet && <TryFacts progress={state} />}
    </WaitOverlay>
  );
}
