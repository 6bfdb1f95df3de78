import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestServer } from "./server.ts";

/** A connection on which a test writes what no HTTP library would. */
export class RawSocket {
  /** All that came back, as text. */
  heard = "";
  isClosed = false;
  readonly closed: Promise<void>;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1").on("data", (text: string) => {
      this.heard += text;
    });
    // Closed while it was still written to: "close" follows.
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.isClosed = true;
        resolve();
      });
    });
  }

  static async open(server: TestServer): Promise<RawSocket> {
    const { hostname, port } = new URL(server.endpoint);
    const socket = connect(Number(port), hostname);
    const raw = new RawSocket(socket);
    await once(socket, "connect");
    return raw;
  }

  /** The head of a request, or of an upgrade, with a line break after each line and one more at the end. */
  head(...lines: string[]): this {
    return this.write(`${[...lines, "", ""].join("\r\n")}`);
  }

  /** Ask for a WebSocket. */
  upgrade(target: string, ...lines: string[]): this {
    return this.head(
      `GET ${target} HTTP/1.1`,
      ...(lines.some((line) => line.startsWith("Host:")) ? [] : ["Host: localhost"]),
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ...lines,
    );
  }

  write(text: string): this {
    if (this.#socket.writable) this.#socket.write(text, "latin1");
    return this;
  }

  /** Take nothing any more, so that what is sent to us waits where it is. */
  stopReading(): void {
    this.#socket.pause();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Of the first answer; 0 when there was none. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.heard)?.[1] ?? 0);
  }

  /** The reason in the last answer's body. */
  get reason(): string | undefined {
    return /"error":"([^"]+)"\}$/.exec(this.heard)?.[1];
  }
}
