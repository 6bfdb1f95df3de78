import { once } from "node:events";
import { TICK_HZ } from "@tagalong/shared/world/tuning.ts";
import { WebSocket } from "ws";
import type { Place } from "../distance.ts";
import { BYTES_PER_PLAYER, decodePlayer, encodeInput } from "../floorWire.ts";
import { AckTimer } from "./AckTimer.ts";
import type { CreateCrowd, StateCount } from "./client.ts";
import { Playback } from "./Playback.ts";
import { socketOf } from "./socketOf.ts";

/** Bare WebSockets. */
export const createCrowd: CreateCrowd = (port) => ({
  callsPerSecond: TICK_HZ,
  async join(_player, draws, onLost) {
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}`);
    const [first] = (await once(webSocket, "message")) as [Buffer];
    const own = first.readUInt16LE();
    const state: StateCount = { frames: 0, bytes: 0 };
    const acks = new AckTimer();
    const playback = new Playback();
    webSocket.on("close", (code) => onLost(`closed with ${code}`));
    webSocket.on("message", (data) => {
      const frame = data as Buffer;
      state.frames += 1;
      state.bytes += frame.length;
      acks.acknowledgedLowByte(decodePlayer(frame, own).tick);
      if (!draws) return;
      const places = new Map<string, Place>();
      for (let player = 0; player < frame.length / BYTES_PER_PLAYER; player++) {
        places.set(String(player), decodePlayer(frame, player));
      }
      playback.receive(performance.now(), places);
    });
    let tick = 0;
    let now = 0;
    return {
      socket: socketOf(webSocket),
      state,
      acks,
      hold(heading) {
        tick += 1;
        acks.sent(tick);
        webSocket.send(encodeInput(heading, tick & 0xff));
      },
      ...(draws && {
        view: {
          frame: () => {
            now = performance.now();
          },
          placeOf: (id: string) => (id === String(own) ? undefined : playback.placeOf(id, now)),
        },
      }),
    };
  },
});
