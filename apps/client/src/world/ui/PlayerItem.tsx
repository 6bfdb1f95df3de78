import type { PresenceName } from "@tagalong/shared/session/presence.ts";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Icon } from "../../app/ui/Icon.tsx";
import { CharacterView } from "./CharacterView.tsx";
import type { RosterPlayer } from "./roster.ts";

/** Being here needs no word. */
const PRESENCE_WORDS: Readonly<Partial<Record<PresenceName, string>>> = {
  loading: "arriving",
  away: "away",
  reconnecting: "reconnecting",
};

export function PlayerItem({ player, canKick }: { player: RosterPlayer; canKick: boolean }) {
  const { client, ui } = useApp();
  const { name, guest, colour, hat, presence, isSelf, isLeader } = player;
  const isMuted = client.chatSettings.muted.value.has(guest);
  const word = PRESENCE_WORDS[presence];
  return (
    <li class={`player player-${presence} ${isSelf ? "player-self" : ""}`}>
      <CharacterView colour={colour} hat={hat} scale={0.72} />
      <span class="player-text">
        <span class="player-name">{name}</span>
        <span class="player-facts">
          {isSelf && <span class="tag tag-you">you</span>}
          {isLeader && (
            <span class="tag tag-leader">
              <Icon name="crown" />
              leader
            </span>
          )}
          {word && <span class="tag">{word}</span>}
          {isMuted && !isSelf && <span class="tag">muted</span>}
        </span>
      </span>
      {!isSelf && (
        <Button
          kind="quiet"
          class="button-square"
          icon={isMuted ? "mute" : "sound"}
          aria-pressed={isMuted}
          aria-label={`Mute ${name}`}
          title={isMuted ? "Muted: show their messages again" : "Mute: hide their messages"}
          onClick={() => client.chatSettings.setMuted(guest, !isMuted)}
        />
      )}
      {canKick && (
        <Button
          kind="quiet"
          class="button-square"
          icon="ban"
          aria-label={`Kick ${name}`}
          title="Remove from the room"
          onClick={() => {
            ui.dialog.value = { kind: "kick", player };
          }}
        />
      )}
    </li>
  );
}
