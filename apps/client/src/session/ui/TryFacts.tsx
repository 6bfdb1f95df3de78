import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { useSecondsUntil } from "../../app/ui/useSecondsUntil.ts";
import type { Progress } from "../Retries.ts";

/** Which try it is, and when the next one is made. */
export function TryFacts({ progress: { attempt, maxAttempts, retryAt } }: { progress: Progress }) {
  const seconds = useSecondsUntil(retryAt);
  return (
    <p class="wait-facts">
      Attempt {attempt} of {maxAttempts}
      {" · "}
      {retryAt === undefined ? "trying now…" : `next try in ${seconds} s`}
    </p>
  );
}

export function TryNowButton({ progress }: { progress: Progress }) {
  const { connection } = useApp().client;
  // Not disabled, which would take the focus away from whoever just pressed it.
  return (
    <Button
      kind="primary"
      aria-disabled={progress.retryAt === undefined}
      onClick={() => connection.retryNow()}
    >
      Try now
    </Button>
  );
}
