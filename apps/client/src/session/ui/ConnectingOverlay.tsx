import { useApp } from "../../app/AppContext.ts";
import { connectionText } from "../connectionText.ts";
import { WaitOverlay } from "./WaitOverlay.tsx";

/** Shown once joining takes long enough to be felt. */
export function ConnectingOverlay() {
  const { client } = useApp();
  const state = client.state.value;
  const room = state.name === "handshake" || state.name === "approval" ? state.room.title : "";
  return (
    <WaitOverlay
      title={room ? `On the way to “${room}”` : "On the way"}
      onCancel={() => client.connection.cancel()}
    >
      <p>{connectionText(state)}</p>
    </WaitOverlay>
  );
}
