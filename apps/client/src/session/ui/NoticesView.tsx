import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { reasonText } from "../reasonTexts.ts";
import { GameBrokenView } from "./GameBrokenView.tsx";

/** What the server wants the player to know while the game goes on. */
export function NoticesView() {
  const { client } = useApp();
  return (
    <div class="notices">
      <GameBrokenView />
      {client.notices.value.map(({ id, refusal }) => (
        <div key={id} role="alert" class="panel notice">
          <p>{reasonText(refusal)}</p>
          <Button
            kind="quiet"
            class="button-square"
            icon="close"
            aria-label="Dismiss"
            onClick={() => client.dismissNotice(id)}
          />
        </div>
      ))}
    </div>
  );
}
