import { type Refusal, reasonEntry } from "@tagalong/shared/session/reasons.ts";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { reasonText } from "../reasonTexts.ts";

interface RefusalAlertProps {
  refusal: Refusal;
  /** Next to a form: the form itself is the way to try again. */
  inline?: boolean;
}

/** Why a join came to nothing or a session ended, with what can be done about it. */
export function RefusalAlert({ refusal, inline = false }: RefusalAlertProps) {
  const { client } = useApp();
  const state = client.state.value;
  const box = useRef<HTMLDivElement>(null);
  // On a phone the menu is longer than the window, and what was pressed may be far from where the answer stands.
  useEffect(() => box.current?.scrollIntoView({ block: "nearest" }), []);
  // Whoever was in a room is back in it after the reload.
  const isKept =
    refusal.reason === "session/version_mismatch" &&
    client.origin.value === undefined &&
    "again" in state &&
    state.again;
  return (
    <div ref={box} role="alert" class={inline ? "alert alert-inline" : "alert panel"}>
      <p>
        {reasonText(refusal)}
        {isKept && " You will be back in your room."}
      </p>
      <div class="alert-actions">
        <RefusalActions refusal={refusal} inline={inline} />
        {!inline && (
          <Button kind="quiet" size="small" onClick={() => client.dismissRefusal()}>
            OK
          </Button>
        )}
      </div>
    </div>
  );
}

function RefusalActions({ refusal, inline }: { refusal: Refusal; inline: boolean }) {
  const { client } = useApp();
  const state = client.state.value;
  const again = state.name === "disconnected" ? state.again : undefined;
  const action = reasonEntry(refusal.reason).action;
  const suggestion = refusal.detail?.suggestion;
  switch (action) {
    case "reload":
      return (
        <Button kind="primary" size="small" onClick={() => location.reload()}>
          Reload
        </Button>
      );
    case "use-suggestion":
      return suggestion ? (
        <Button kind="primary" size="small" onClick={() => void client.joinAgain({ name: suggestion })}>
          Use {suggestion}
        </Button>
      ) : null;
    case "other-room":
      return (
        <Button kind="primary" size="small" onClick={() => void client.join({ kind: "quick" }, "play")}>
          Find another room
        </Button>
      );
    case "enter-password":
    case "menu":
      return null;
    default:
      if (!again || action === undefined || inline) return null;
      return (
        <Button kind="primary" size="small" onClick={() => void client.joinAgain()}>
          {client.origin.value === undefined ? "Rejoin room" : "Try again"}
        </Button>
      );
  }
}
