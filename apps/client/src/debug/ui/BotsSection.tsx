import { useState } from "preact/hooks";
import { answerText, type BotsAnswer, fillRoom, sendBotsAway } from "../botsClient.ts";
import { ActionButton } from "./ActionButton.tsx";
import { useDebug } from "./DebugContext.ts";
import { Section } from "./Section.tsx";

const COUNTS = [5, 10, 20] as const;

/** Company for whoever develops alone. */
export function BotsSection() {
  const { client } = useDebug();
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState("");
  const room = client.room.value;

  async function ask(answer: Promise<BotsAnswer>): Promise<void> {
    setBusy(true);
    setResult("Just a moment…");
    setResult(answerText(await answer));
    setBusy(false);
  }
  return (
    <Section name="bots" title="Bots">
      <div class="debug-buttons">
        {COUNTS.map((count) => (
          <ActionButton
            key={count}
            name={`Add ${count} bots`}
            isPossible={room !== undefined && !isBusy}
            onClick={() => room && void ask(fillRoom(room.code, count, room.password))}
          >
            {`+ ${count}`}
          </ActionButton>
        ))}
        <ActionButton isPossible={!isBusy} onClick={() => void ask(sendBotsAway())}>
          Send away
        </ActionButton>
      </div>
      <p class="debug-hint" role="status">
        {result}
      </p>
    </Section>
  );
}
