import { EventEmitter } from "node:events";
import type { TestServer } from "../../../apps/server/test/support/server.ts";

/** States of a WebSocket, by the numbers they have everywhere. */
const State = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;

interface Upgrade {
  url: string;
  headers: Readonly<Record<string, string>>;
  socket: { remoteAddress: string };
}
type Accept = (socket: ServerSocket, request: Upgrade) => void;

let accept: Accept | undefined;

/** A millisecond on the way. Less would overtake promises, which nothing that comes over a network does. */
function soon(arrive: () => void): void {
  setTimeout(arrive, 1);
}

/**
 * A page's end of a connection to a server in this process. TCP would take its own time; this takes that of the timers,
 * which may be virtual.
 */
class PageSocket {
  static readonly OPEN = State.OPEN;
  binaryType = "arraybuffer";
  readyState: number = State.CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  readonly #other: ServerSocket;

  constructor(address: string) {
    this.#other = new ServerSocket({
      receive: (data) => this.onmessage?.({ data }),
      closed: (code, reason) => {
        this.readyState = State.CLOSED;
        this.onclose?.({ code, reason });
      },
    });
    const { pathname, search } = new URL(address);
    soon(() => {
      if (!accept) throw new Error("no server takes local sockets");
      accept(this.#other, {
        url: `${pathname}${search}`,
        headers: {},
        // No TCP under it: nothing will ever be heard of it.
        socket: Object.assign(new EventEmitter(), { remoteAddress: "127.0.0.1" }),
      });
      this.readyState = State.OPEN;
      this.onopen?.();
    });
  }

  send(data: Uint8Array): void {
    if (this.readyState !== State.OPEN) return;
    // A copy: the sender writes its next frame into the same buffer.
    const copy = Buffer.from(data);
    soon(() => this.#other.receive(copy));
  }

  close(code = 1005, reason = ""): void {
    if (this.readyState >= State.CLOSING) return;
    this.readyState = State.CLOSING;
    soon(() => this.#other.end(code, reason));
  }
}

interface Page {
  receive(data: ArrayBuffer): void;
  closed(code: number, reason: string): void;
}

/** The other end, with as much of `ws` as the framework's transport uses. */
class ServerSocket extends EventEmitter {
  readyState: number = State.OPEN;
  readonly bufferedAmount = 0;
  readonly #page: Page;

  constructor(page: Page) {
    super();
    this.#page = page;
  }

  send(data: Uint8Array, _options?: object, done?: (error?: Error) => void): void {
    if (this.readyState !== State.OPEN) return;
    const copy = new Uint8Array(data).buffer;
    soon(() => {
      if (this.readyState !== State.CLOSED) this.#page.receive(copy);
      done?.();
    });
  }

  close(code = 1005, reason = ""): void {
    if (this.readyState >= State.CLOSING) return;
    this.readyState = State.CLOSING;
    soon(() => this.end(code, reason));
  }

  terminate(): void {
    this.end(1006, "");
  }

  /** A frame of the page is here. */
  receive(frame: Buffer): void {
    if (this.readyState === State.OPEN) this.emit("message", frame);
  }

  /** Whoever began: both ends hear of it. */
  end(code: number, reason: string): void {
    if (this.readyState === State.CLOSED) return;
    this.readyState = State.CLOSED;
    this.emit("close", code, Buffer.from(reason));
    this.#page.closed(code, reason);
  }
}

// The SDK looks for a WebSocket when it is loaded, and opens all of its own with that: this file comes first.
globalThis.WebSocket = PageSocket as unknown as typeof WebSocket;

/** Let local sockets lead to this server, as if its HTTP server had upgraded them. */
export function acceptLocalSockets({ app }: TestServer): void {
  const { transport } = app.server;
  const sockets: unknown = Reflect.get(transport, "wss");
  if (!(sockets instanceof EventEmitter)) throw new Error("the transport keeps its sockets elsewhere now");
  accept = (socket, request) => void sockets.emit("connection", socket, request);
}

/** Whether a room's socket is a local one. It is not where the SDK was loaded before this file. */
export function isLocal(room: { readonly connection: { readonly transport: object } }): boolean {
  const { transport } = room.connection;
  return "ws" in transport && transport.ws instanceof PageSocket;
}
