import { type Refusal, reasonEntry } from "@tagalong/shared/session/reasons.ts";
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
  return (
    <div role="alert" class={inline ? "alert alert-inline" : "alert panel"}>
      <p>{reasonText(refusal)}</p>
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
  const { action, retry } = reasonEntry(refusal.reason);
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
      if (!again || retry === "never" || inline) return null;
      return (
        <Button kind="primary" size="small" onClick={() => void client.joinAgain()}>
          {again.target.kind === "code" ? "Rejoin room" : "Try again"}
        </Button>
      );
  }
}
