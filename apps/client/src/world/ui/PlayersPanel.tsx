import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Panel } from "../../app/ui/Panel.tsx";
import { PlayerItem } from "./PlayerItem.tsx";

/** From here on the list is set closer, so that a whole room fits a screen. */
const CROWD = 12;

/** Who is here. Shown while Tab is held, or by the button. */
export function PlayersPanel() {
  const { client, ui } = useApp();
  const players = client.roster.value?.players ?? [];
  const isLeading = players.some(({ isSelf, isLeader }) => isSelf && isLeader);
  return (
    <Panel
      awning="sky"
      class={`players-panel ${players.length > CROWD ? "players-crowd" : ""}`}
      aria-labelledby="players-title"
    >
      <header class="players-head">
        <h2 id="players-title">
          {players.length === 1 ? "Only you so far" : `${players.length} in the square`}
        </h2>
        {ui.isPlayersOpen.value && (
          <Button
            kind="quiet"
            class="button-square"
            icon="close"
            aria-label="Close players list"
            onClick={() => {
              ui.isPlayersOpen.value = false;
            }}
          />
        )}
      </header>
      <ul class="players" aria-label="Players">
        {players.map((player) => (
          <PlayerItem key={player.sessionId} player={player} canKick={isLeading && !player.isSelf} />
        ))}
      </ul>
    </Panel>
  );
}
