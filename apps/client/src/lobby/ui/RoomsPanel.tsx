import { useComputed, useSignal } from "@preact/signals";
import type { RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import { useApp } from "../../app/AppContext.ts";
import { Icon } from "../../app/ui/Icon.tsx";
import { Panel } from "../../app/ui/Panel.tsx";
import { reasonText } from "../../session/reasonTexts.ts";
import { CharacterView } from "../../world/ui/CharacterView.tsx";
import { RoomItem } from "./RoomItem.tsx";

/** The live list of rooms, with search and filter. */
export function RoomsPanel() {
  const { client } = useApp();
  const search = useSignal("");
  const hasSpace = useSignal(false);
  const shown = useComputed(() =>
    client.rooms.value.filter((room) => matches(room, search.value) && (!hasSpace.value || isOpen(room))),
  );
  const lobby = client.lobbyState.value;
  const count = client.rooms.value.length;
  return (
    <Panel awning="coral" class="rooms-panel" aria-labelledby="rooms-title">
      <header class="rooms-head">
        <h2 id="rooms-title">Rooms</h2>
        <div class="search">
          <Icon name="search" />
          <input
            type="search"
            aria-label="Search rooms"
            placeholder="Search"
            value={search.value}
            onInput={(event) => {
              search.value = event.currentTarget.value;
            }}
          />
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={hasSpace.value}
            onChange={(event) => {
              hasSpace.value = event.currentTarget.checked;
            }}
          />
          <span>Has space</span>
        </label>
      </header>
      <div class="rooms-body">
        <ul class="rooms" aria-label="Rooms" aria-busy={lobby.name === "opening"}>
          {shown.value.map((room) => (
            <RoomItem key={room.roomId} room={room} />
          ))}
        </ul>
        {lobby.name === "opening" && <Skeleton />}
        {lobby.name === "waiting" && (
          <p class="empty">
            <strong>The list of rooms is out of reach.</strong> {reasonText(lobby.refusal)}
          </p>
        )}
        {lobby.name === "open" && shown.value.length === 0 && <Empty isFiltered={count > 0} />}
      </div>
    </Panel>
  );
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  return (
    <div class="empty">
      <CharacterView colour={isFiltered ? 4 : 6} hat={isFiltered ? 2 : 5} scale={1.2} />
      {isFiltered ? (
        <p>
          <strong>No room like that.</strong> Try other words, or take the filter off.
        </p>
      ) : (
        <p>
          <strong>It is quiet in town.</strong> Press Play to be the first in the square; friends find you
          here.
        </p>
      )}
    </div>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  );
}

function matches({ title, map, code }: RoomListing, search: string): boolean {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const text = `${title} ${map} ${code}`.toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

function isOpen({ locked, players, maxPlayers }: RoomListing): boolean {
  return !locked && players < maxPlayers;
}
