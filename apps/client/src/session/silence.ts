import { CloseCode, type Room } from "@colyseus/sdk";

/** This long without a frame where there should be one is a dead connection. */
const SILENCE_MS = 4_000;
const WATCH_MS = 1_000;

/** As much of a room as is watched and cut. */
type WatchedRoom = Pick<Room, "ping" | "onLeave"> & {
  readonly connection: Pick<Room["connection"], "events" | "close">;
};

interface Watch {
  /** Ends the watch, as the end of the room does. */
  signal: AbortSignal;
  /**
   * A room that has nothing to say most of the time is asked for a sign of life before it is given up. One with inputs
   * need not be: it sends a frame with every patch.
   */
  asks?: boolean;
  /** Told about once a second when the last frame came (ms since the epoch). */
  onWatch?(lastFrameAt: number): void;
}

/** Notice a connection that died without a word, and end it as a lost network would. */
export function watchSilence(room: WatchedRoom, { signal, asks = false, onWatch }: Watch): void {
  const { events } = room.connection;
  const receive = events.onmessage;
  // By the clock on the wall, which goes on while a laptop sleeps.
  let lastFrameAt = Date.now();
  let askedAt = 0;
  events.onmessage = (event: MessageEvent) => {
    lastFrameAt = Date.now();
    receive?.(event);
  };
  const timer = setInterval(() => {
    onWatch?.(lastFrameAt);
    const now = Date.now();
    if (now - lastFrameAt <= SILENCE_MS) return;
    // Counted from the question: a hidden tab's timers may come minutes apart, with nobody to blame for the quiet.
    if (asks && askedAt <= lastFrameAt) {
      askedAt = now;
      // Any frame will do for an answer.
      room.ping(() => undefined);
    } else if (!asks || now - askedAt > SILENCE_MS) {
      cut(room);
    }
  }, WATCH_MS);
  const stop = () => {
    clearInterval(timer);
    signal.removeEventListener("abort", stop);
  };
  room.onLeave(stop);
  signal.addEventListener("abort", stop, { once: true });
}

/** End a socket as a lost network would. What is still on its way belongs to a room that is gone. */
export function cut({ connection }: WatchedRoom): void {
  connection.events.onmessage = () => undefined;
  connection.close(CloseCode.MAY_TRY_RECONNECT);
}
