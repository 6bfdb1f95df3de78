import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Icon } from "../../app/ui/Icon.tsx";
import { CopyLinkButton } from "./CopyLinkButton.tsx";

/** Where we are, who with, and the way out. */
export function RoomBar() {
  const { client, ui } = useApp();
  const room = client.room.value;
  const roster = client.roster.value;
  const self = roster?.players.find(({ isSelf }) => isSelf);
  const count = roster?.players.length ?? 0;
  return (
    <section class="panel room-bar" aria-label="Room">
      <div class="room-bar-text">
        <h1 class="room-bar-title">
          {roster?.title || "Town square"}
          {roster?.locked && (
            <span class="mark">
              <Icon name="lock" />
              <span class="visually-hidden">Locked</span>
            </span>
          )}
        </h1>
        {room && (
          <p class="room-bar-code">
            <span class="visually-hidden">Room code </span>
            {room.code}
          </p>
        )}
        <p class="room-bar-count">{count} here</p>
      </div>
      <div class="room-bar-tools">
        {room && <CopyLinkButton room={room} />}
        <Button
          class="button-square"
          icon="people"
          aria-expanded={ui.isPlayersOpen.value}
          aria-label="Players list"
          title="Who is here (hold Tab)"
          onClick={() => {
            ui.isPlayersOpen.value = !ui.isPlayersOpen.value;
          }}
        />
        {self?.isLeader && (
          <Button
            class="button-square button-leader"
            icon="crown"
            aria-label="Room settings"
            title="You lead this room: rename or lock it"
            onClick={() => {
              ui.dialog.value = { kind: "settings" };
            }}
          />
        )}
        <Button
          icon="exit"
          class="leave"
          aria-label="Leave room"
          onClick={() => void client.connection.leave()}
        >
          <span class="button-text" aria-hidden="true">
            Leave
          </span>
        </Button>
      </div>
    </section>
  );
}
