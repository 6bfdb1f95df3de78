import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { useSecondsUntil } from "../../app/ui/useSecondsUntil.ts";

/** Said once to a screen reader: who hears every second counted hears nothing else. */
const SPOKEN = "The server is being updated. Your room moves in a few seconds; you need not do anything.";

/** The server is being updated and the room moves: when, and that there is nothing to do. */
export function MoveBanner() {
  const { moveNotice } = useApp().client;
  const move = moveNotice.move.value;
  const seconds = useSecondsUntil(move?.at);
  const isNow = move?.at !== undefined && seconds === 0;
  let spoken = "";
  if (move) spoken = isNow ? "Moving now…" : SPOKEN;
  return (
    <>
      {/* There before it says anything, or it would not be heard. */}
      <p class="visually-hidden" role="status" aria-label="Update">
        {spoken}
      </p>
      {move && (
        <div class="panel move-banner">
          <p aria-hidden="true">
            {isNow ? (
              "Moving now…"
            ) : (
              <>
                The server is being updated. Your room moves{" "}
                {move.at === undefined ? "soon" : <strong>in {seconds} s</strong>}; you need not do anything.
              </>
            )}
          </p>
          <Button
            kind="quiet"
            class="button-square"
            icon="close"
            aria-label="Dismiss"
            onClick={() => moveNotice.dismiss()}
          />
        </div>
      )}
    </>
  );
}
