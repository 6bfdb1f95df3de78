import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import type { Socket } from "node:net";
import { Protocol } from "@colyseus/sdk";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { callApi } from "../../../apps/client/src/session/api.ts";
import { requestFrame } from "../../cheats/support/frames.ts";
import { atEnd } from "./atEnd.ts";

interface Reservation {
  readonly sessionId: string;
  readonly processId: string;
  readonly roomId: string;
  readonly publicAddress?: string;
}

const Opcode = { BINARY: 2, CLOSE: 8, PONG: 10 } as const;
const FINAL = 0x80;
const MASKED = 0x80;
const LENGTH_16 = 126;

/** A player whose socket does what the test says: it can stop reading, and go on writing. */
export class RawSocket {
  readonly sessionId: string;
  isClosed = false;
  /** As in the close frame, where one was read. */
  closeReason: string | undefined;
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, sessionId: string) {
    this.#socket = socket;
    this.sessionId = sessionId;
    atEnd(() => socket.destroy());
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.isClosed = true;
    });
  }

  /** Take a seat and greet, as every client does. */
  static async enter(endpoint: string, roomId: string, name: string): Promise<RawSocket> {
    const { token } = await callApi<{ token: string }>(endpoint, "/api/guest", { body: {} });
    const options = { protocol: PROTOCOL_VERSION, name };
    const path = `/matchmake/joinById/${roomId}`;
    const seat = await callApi<Reservation>(endpoint, path, { body: options, token });
    const prefix = seat.publicAddress ? `/${seat.publicAddress}` : "";
    const query = new URLSearchParams({ sessionId: seat.sessionId, _authToken: token });
    const upgrade = request(`${endpoint}${prefix}/${seat.processId}/${seat.roomId}?${query}`, {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": randomBytes(16).toString("base64"),
      },
    });
    upgrade.end();
    const [, socket, head] = (await once(upgrade, "upgrade")) as [unknown, Socket, Buffer];
    const raw = new RawSocket(socket, seat.sessionId);
    raw.#read(head);
    raw.send(Uint8Array.of(Protocol.JOIN_ROOM));
    raw.greet();
    return raw;
  }

  /** It may be said again, and is answered every time. */
  greet(): void {
    this.send(requestFrame("session:hello", { protocol: PROTOCOL_VERSION, build: "raw" }));
  }

  send(frame: Uint8Array, opcode: number = Opcode.BINARY): void {
    // With a mask of zeros the bytes stay what they are.
    const mask = [0, 0, 0, 0];
    const { length } = frame;
    const size = length < LENGTH_16 ? [MASKED | length] : [MASKED | LENGTH_16, length >> 8, length & 0xff];
    this.#socket.write(Uint8Array.from([FINAL | opcode, ...size, ...mask, ...frame]));
  }

  /** A sign of life that nobody asked for. */
  pong(): void {
    this.send(new Uint8Array(), Opcode.PONG);
  }

  stopReading(): void {
    this.#socket.pause();
  }

  readAgain(): void {
    this.#socket.resume();
  }

  #read(chunk: string | Buffer): void {
    if (typeof chunk === "string") throw new Error("sockets of this test have no encoding");
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const frame = this.#received;
      const short = (frame[1] ?? 0) & 0x7f;
      const header = short < LENGTH_16 ? 2 : short === LENGTH_16 ? 4 : 10;
      if (frame.length < header) return;
      const length =
        header === 2 ? short : header === 4 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
      if (frame.length < header + length) return;
      const opcode = (frame[0] ?? 0) & 0x0f;
      if (opcode === Opcode.CLOSE) this.closeReason = frame.toString("utf8", header + 2, header + length);
      this.#received = frame.subarray(header + length);
    }
  }
}
