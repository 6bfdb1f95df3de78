import { useComputed, useSignal } from "@preact/signals";
import type { RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import { type Reason, type Refusal, reasonEntry } from "@tagalong/shared/session/reasons.ts";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Icon } from "../../app/ui/Icon.tsx";
import { Panel } from "../../app/ui/Panel.tsx";
import { reasonText, waitText } from "../../session/reasonTexts.ts";
import { isBehindForGood, isPassing, isSeatGone } from "../../session/retry.ts";
import { CharacterView } from "../../world/ui/CharacterView.tsx";
import type { LobbyState } from "../lobbyConnection.ts";
import { RoomItem } from "./RoomItem.tsx";

/** Whoever has no seat is not one of many who come back at once: there really are too many. */
const CROWDED: ReadonlySet<Reason> = new Set<Reason>(["session/too_many_connections", "session/server_full"]);

/** The live list of rooms, with search and filter. */
export function RoomsPanel() {
  const { client } = useApp();
  const search = useSignal("");
  const hasSpace = useSignal(false);
  const shown = useComputed(() =>
    (client.rooms.value ?? []).filter(
      (room) => matches(room, search.value) && (!hasSpace.value || isOpen(room)),
    ),
  );
  const lobby = client.lobbyState.value;
  const count = client.rooms.value?.length;
  return (
    <Panel awning="coral" class="rooms-panel" aria-labelledby="rooms-title">
      <header class="rooms-head">
        <div class="rooms-heading">
          <h2 id="rooms-title">Rooms</h2>
          {count ? <RoomCount shown={shown.value.length} all={count} /> : null}
        </div>
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
        <ul class="rooms" aria-label="Rooms" aria-busy={lobby.name !== "open"}>
          {shown.value.map((room) => (
            <RoomItem key={room.code} room={room} />
          ))}
        </ul>
        {count === undefined && <Missing lobby={lobby} />}
        {count !== undefined && shown.value.length === 0 && <Empty isFiltered={count > 0} />}
      </div>
      {/* There before it says anything, or it would not be heard. */}
      <div class="rooms-news" aria-live="polite">
        {count !== undefined && lobby.name !== "open" && <Stale lobby={lobby} />}
      </div>
    </Panel>
  );
}

/** How many there are: of a long list only the first few are in view. */
function RoomCount({ shown, all }: { shown: number; all: number }) {
  return (
    <span class="rooms-count">
      {shown === all ? all : `${shown} of ${all}`}
      <span class="visually-hidden"> {all === 1 ? "room" : "rooms"}</span>
    </span>
  );
}

/** Why the lobby is not open, and whether there is anything the player can do about it. */
function setbackOf(lobby: LobbyState): { refusal: Refusal | undefined; isTried: boolean } {
  if (lobby.name !== "opening" && lobby.name !== "waiting") return { refusal: undefined, isTried: true };
  const { refusal, attempt } = lobby;
  const isWaitedOut = (one: Refusal) => isPassing(one) && !CROWDED.has(one.reason);
  const isTried = !refusal || (isWaitedOut(refusal) && !isBehindForGood(refusal, attempt));
  return { refusal, isTried };
}

/** There is no list yet. */
function Missing({ lobby }: { lobby: LobbyState }) {
  const { refusal, isTried } = setbackOf(lobby);
  return (
    <>
      {isTried && <Skeleton rows={refusal ? 2 : 3} />}
      <div class={isTried ? "rooms-first" : "empty"} aria-live="polite">
        {isTried && refusal && <p class="rooms-note">{waitText(refusal)}</p>}
        {!isTried && refusal && (
          <>
            <p>
              <strong>The list of rooms is out of reach.</strong> {reasonText(refusal)}
            </p>
            <ReloadButton refusal={refusal} />
          </>
        )}
      </div>
    </>
  );
}

/** The list is the last one known: what it shows may have changed meanwhile. */
function Stale({ lobby }: { lobby: LobbyState }) {
  const { refusal, isTried } = setbackOf(lobby);
  if (!refusal || isSeatGone(refusal)) return <p class="rooms-note">Looking for the newest list…</p>;
  return (
    <div class="rooms-note rooms-stale">
      <p>{isTried ? waitText(refusal) : reasonText(refusal)} This list may be out of date.</p>
      {!isTried && <ReloadButton refusal={refusal} />}
    </div>
  );
}

function ReloadButton({ refusal }: { refusal: Refusal }) {
  if (reasonEntry(refusal.reason).action !== "reload") return null;
  return (
    <Button kind="primary" size="small" onClick={() => location.reload()}>
      Reload
    </Button>
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

function Skeleton({ rows }: { rows: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} />
      ))}
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
