import { useApp } from "../../app/AppContext.ts";
import { connectionText } from "../connectionText.ts";
import { waitText } from "../reasonTexts.ts";
import { TryFacts, TryNowButton } from "./TryFacts.tsx";
import { WaitOverlay } from "./WaitOverlay.tsx";

/** Shown once joining takes long enough to be felt. */
export function ConnectingOverlay() {
  const { client } = useApp();
  const state = client.state.value;
  const onCancel = () => client.connection.cancel();
  // The last refusal stays in view while the next try is under way: a text that comes and goes cannot be read.
  const wait = client.wait.value;
  if (wait) {
    const progress = state.name === "waiting" ? state : { ...wait, retryAt: undefined };
    return (
      <WaitOverlay
        title="Waiting to get in"
        why={waitText(wait.refusal)}
        onCancel={onCancel}
        action={<TryNowButton progress={progress} />}
      >
        <TryFacts progress={progress} />
      </WaitOverlay>
    );
  }
  const room = state.name === "handshake" || state.name === "approval" ? state.room.title : "";
  return (
    <WaitOverlay title={room ? `On the way to “${room}”` : "On the way"} onCancel={onCancel}>
      <p>{connectionText(state)}</p>
    </WaitOverlay>
  );
}
