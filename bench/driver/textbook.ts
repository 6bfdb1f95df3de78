import { ColyseusSDK } from "@colyseus/sdk";
import type { Place } from "../distance.ts";
import {
  MOVE_MESSAGE,
  TEXTBOOK_HZ,
  TEXTBOOK_ROOM,
  type TextbookInput,
  type TextbookView,
} from "../textbookWire.ts";
import { AckTimer } from "./AckTimer.ts";
import type { CreateCrowd, StateCount } from "./client.ts";
import { readColyseusFrame, webSocketOf } from "./colyseus.ts";
import { Playback } from "./Playback.ts";
import { socketOf } from "./socketOf.ts";

/** The SDK as it comes. Only those that decode the state see which of their inputs are in it. */
export const createCrowd: CreateCrowd = (port) => ({
  callsPerSecond: TEXTBOOK_HZ,
  async join(_player, draws, onLost) {
    const sdk = new ColyseusSDK(`http://127.0.0.1:${port}`);
    const room = await sdk.join<TextbookView>(TEXTBOOK_ROOM);
    room.onLeave((code) => onLost(`closed with ${code}`));
    const { sessionId, connection } = room;
    const state: StateCount = { frames: 0, bytes: 0 };
    const acks = new AckTimer();
    const playback = new Playback();
    const receive = connection.events.onmessage;
    connection.events.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      readColyseusFrame(event.data, state);
      if (draws) receive?.(event);
    };
    room.onStateChange(({ players = new Map() }) => {
      const places = new Map<string, Place>();
      for (const [id, { x, y }] of players) places.set(id, { x, y });
      playback.receive(performance.now(), places);
      acks.acknowledged(players.get(sessionId)?.tick ?? 0);
    });
    let tick = 0;
    let now = 0;
    return {
      socket: socketOf(webSocketOf(room)),
      state,
      acks,
      hold({ dx, dy }) {
        tick += 1;
        acks.sent(tick);
        room.send(MOVE_MESSAGE, { dx, dy, tick } satisfies TextbookInput);
      },
      ...(draws && {
        view: {
          frame: () => {
            now = performance.now();
          },
          placeOf: (id: string) => (id === sessionId ? undefined : playback.placeOf(id, now)),
        },
      }),
    };
  },
});
