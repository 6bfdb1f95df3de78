import type { RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Icon } from "../../app/ui/Icon.tsx";

export function RoomItem({ room }: { room: RoomListing }) {
  const { ui } = useApp();
  const { code, title, map, players, maxPlayers, locked, password } = room;
  const titleId = `room-${code}`;
  const isFull = players >= maxPlayers;
  return (
    <li class="room">
      <div class="room-text">
        <span class="room-title" id={titleId}>
          {title}
        </span>
        <span class="room-facts">
          {map !== title && <span>{map}</span>}
          {password && (
            <span class="mark">
              <Icon name="key" /> Password
            </span>
          )}
          {locked && (
            <span class="mark">
              <Icon name="lock" /> Locked
            </span>
          )}
        </span>
      </div>
      <span class={`room-count ${isFull ? "room-count-full" : ""}`}>
        <Icon name="people" />
        <span aria-hidden="true">
          {players}/{maxPlayers}
        </span>
        <span class="visually-hidden">
          {players} of {maxPlayers} players{isFull ? ", full" : ""}
        </span>
      </span>
      <Button
        {...(isFull ? {} : { kind: "primary" })}
        size="small"
        aria-describedby={titleId}
        onClick={() => ui.joinListed(room)}
      >
        Join
      </Button>
    </li>
  );
}
