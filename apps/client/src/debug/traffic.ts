import { Protocol } from "@colyseus/sdk";

/** What bytes are for. `heartbeat` is what travels when nothing has happened: empty patches and pings. */
export const TRAFFIC_KINDS = ["patch", "message", "input", "heartbeat"] as const;
export type TrafficKind = (typeof TRAFFIC_KINDS)[number];

export type ByteCounts = Record<TrafficKind, number>;

/** Bytes of the frames themselves: what WebSocket, TLS and TCP add to each is not seen here. */
export interface Traffic {
  down: ByteCounts;
  up: ByteCounts;
}

/** The part of an SDK connection that is listened to. */
export interface CountedConnection {
  send(data: Uint8Array): void;
  readonly events: { onmessage?: ((event: MessageEvent<ArrayBuffer>) => unknown) | null };
}

/** In the header of a frame: the low five bits are its kind, the others modify it. */
const KIND_MASK = 0x1f;
/** Kind, time of the server and last input it has used: a patch of a room in which nothing changed. */
const EMPTY_PATCH_BYTES = 9;

export function createTraffic(): Traffic {
  const none = () => ({ patch: 0, message: 0, input: 0, heartbeat: 0 });
  return { down: none(), up: none() };
}

/** Add what passes through this connection from now on. Returns the way to stop, which leaves nothing behind. */
export function countTraffic(connection: CountedConnection, { down, up }: Traffic): () => void {
  const { events } = connection;
  let isCounting = true;
  const count = (counts: ByteCounts, frame: Uint8Array) => {
    if (isCounting) counts[trafficKind(frame)] += frame.byteLength;
  };

  const receive = events.onmessage;
  const receiveCounted = (event: MessageEvent<ArrayBuffer>) => {
    count(down, new Uint8Array(event.data));
    receive?.(event);
  };
  events.onmessage = receiveCounted;

  const isSendOwn = Object.hasOwn(connection, "send");
  const { send } = connection;
  const sendCounted = (data: Uint8Array) => {
    count(up, data);
    send.call(connection, data);
  };
  connection.send = sendCounted;

  return () => {
    isCounting = false;
    // Whoever stood in after us stays, and with them our place in their chain, which only passes on.
    if (events.onmessage === receiveCounted) events.onmessage = receive;
    if (connection.send !== sendCounted) return;
    if (isSendOwn) connection.send = send;
    else Reflect.deleteProperty(connection, "send");
  };
}

function trafficKind(frame: Uint8Array): TrafficKind {
  switch ((frame[0] ?? 0) & KIND_MASK) {
    case Protocol.ROOM_STATE:
      return "patch";
    case Protocol.ROOM_STATE_PATCH:
      return frame.byteLength <= EMPTY_PATCH_BYTES ? "heartbeat" : "patch";
    case Protocol.PING:
      return "heartbeat";
    case Protocol.ROOM_INPUT_RELIABLE:
    case Protocol.ROOM_INPUT_UNRELIABLE:
      return "input";
    default:
      return "message";
  }
}
