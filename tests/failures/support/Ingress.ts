import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** How long a process may take to accept, and then to begin its answer (ms). */
const DIAL_MS = 1_000;
const ANSWER_MS = 3_000;
/** A process that failed to is passed over for so long (ms). */
const PASS_OVER_MS = 5_000;

interface Upstream {
  readonly port: number;
  readonly sockets: Set<Socket>;
  passedOverUntil: number;
  isBlackhole: boolean;
}

interface Dialled {
  readonly upstream: Upstream;
  readonly socket: Socket;
}

/** No process took it. */
class Unreachable extends Error {}

/**
 * The way in, as the proxy of the compose file is: `/p/NAME/…` goes to the process of that name and all else to any, in
 * turn. A process that refuses is left out and the next one asked. Nothing is held back in either direction, and a
 * dead process closes its clients' sockets at once.
 */
export class Ingress {
  readonly #server: Server;
  /** The only one that is asked for what any could answer. */
  readonly #entry: string | undefined;
  readonly #upstreams = new Map<string, Upstream>();
  readonly #clients = new Set<Duplex>();
  #turn = 0;

  private constructor(server: Server, entry: string | undefined) {
    this.#server = server;
    this.#entry = entry;
  }

  /** @param entry the one process that answers all that any could, for a test of who comes in where */
  static async start(entry?: string): Promise<Ingress> {
    const server = createServer();
    const ingress = new Ingress(server, entry);
    server.on("connection", (socket) => {
      ingress.#clients.add(socket);
      socket.once("close", () => ingress.#clients.delete(socket));
    });
    server.on("request", (incoming, response) => void ingress.#pass(incoming, response));
    server.on("upgrade", (incoming, socket, head) => void ingress.#tunnel(incoming, socket, head));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return ingress;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(name: string, port: number): void {
    this.#upstreams.set(name, { port, sockets: new Set(), passedOverUntil: 0, isBlackhole: false });
  }

  /** Nobody new gets there; who is there stays. */
  remove(name: string): void {
    this.#upstreams.delete(name);
  }

  /** End all connections to a process, which itself goes on. */
  cut(name: string): void {
    for (const socket of this.#upstream(name).sockets) socket.destroy();
  }

  /** From now on nothing gets through to a process or back, and nothing closes. */
  swallow(name: string): void {
    const upstream = this.#upstream(name);
    upstream.isBlackhole = true;
    for (const socket of upstream.sockets) socket.emit("swallow");
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const { sockets } of this.#upstreams.values()) for (const socket of sockets) socket.destroy();
    for (const client of this.#clients) client.destroy();
    if (this.#server.listening) await once(this.#server, "close");
  }

  #upstream(name: string): Upstream {
    const upstream = this.#upstreams.get(name);
    if (!upstream) throw new Error(`no process ${name}`);
    return upstream;
  }

  /** Who may be asked, in the order to ask them in. */
  #candidates(path: string): Upstream[] {
    const name = /^\/p\/([^/]+)\//.exec(path)?.[1] ?? this.#entry;
    if (name !== undefined) {
      const named = this.#upstreams.get(name);
      return named ? [named] : [];
    }
    const all = [...this.#upstreams.values()];
    const first = this.#turn++ % Math.max(1, all.length);
    const inTurn = [...all.slice(first), ...all.slice(0, first)];
    const good = inTurn.filter(({ passedOverUntil }) => passedOverUntil < Date.now());
    // When nobody is known to be well, whoever is not may be again.
    return good.length > 0 ? good : inTurn;
  }

  /** A connection to the first that accepts: nothing of the request is read before. */
  async #dial(path: string): Promise<Dialled> {
    for (const upstream of this.#candidates(path)) {
      if (upstream.isBlackhole) continue;
      const socket = connect({ port: upstream.port, host: "127.0.0.1", noDelay: true });
      try {
        await once(socket, "connect", { signal: AbortSignal.timeout(DIAL_MS) });
      } catch {
        // Which of the ways to fail it was makes no difference: the next one is asked.
        socket.destroy();
        passOver(upstream);
        continue;
      }
      upstream.sockets.add(socket);
      socket.once("close", () => upstream.sockets.delete(socket));
      return { upstream, socket };
    }
    throw new Unreachable();
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = incoming;
    let dialled: Dialled;
    try {
      dialled = await this.#dial(url);
    } catch {
      response.writeHead(502).end();
      return;
    }
    const { upstream, socket } = dialled;
    const outgoing = request({
      createConnection: () => socket,
      method,
      path: url,
      // Each request has a connection of its own: a kept one may belong to a process that is gone.
      headers: { ...headersOf(incoming), connection: "close" },
    });
    const timer = setTimeout(() => {
      passOver(upstream);
      // Only what changes nothing is asked a second time: whoever stands still may yet do what it was asked to.
      if (method === "GET") {
        outgoing.removeAllListeners("error").on("error", () => undefined);
        outgoing.destroy();
        void this.#pass(incoming, response);
      } else outgoing.destroy(new Error("no answer"));
    }, ANSWER_MS);
    outgoing.once("close", () => clearTimeout(timer));
    outgoing.once("response", (answer) => {
      clearTimeout(timer);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once("error", () => response.destroy());
    });
    outgoing.once("error", ({ message }) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(message === "no answer" ? 504 : 502).end();
    });
    response.once("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  /** From the upgrade on it is a pair of sockets, and what one of them does the other does too. */
  async #tunnel(incoming: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on("error", () => client.destroy());
    let dialled: Dialled;
    try {
      dialled = await this.#dial(incoming.url ?? "/");
    } catch {
      client.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return;
    }
    const { upstream, socket } = dialled;
    const timer = setTimeout(() => {
      passOver(upstream);
      socket.destroy();
    }, ANSWER_MS);
    socket.once("data", () => clearTimeout(timer));
    const lines = Object.entries(headersOf(incoming)).map(([name, value]) => `${name}: ${value}`);
    socket.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    socket.write(head);
    client.pipe(socket);
    socket.pipe(client);
    socket.once("swallow", () => {
      client.unpipe(socket).pause();
      socket.unpipe(client).pause();
    });
    socket.on("error", () => client.destroy());
    socket.once("close", () => {
      clearTimeout(timer);
      client.end();
    });
    client.once("close", () => socket.destroy());
  }
}

function passOver(upstream: Upstream): void {
  upstream.passedOverUntil = Date.now() + PASS_OVER_MS;
}

/** As they came, with the address that they came from. */
function headersOf({ headers, socket }: IncomingMessage): Record<string, string> {
  const own = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { ...Object.fromEntries(own), "x-forwarded-for": socket.remoteAddress ?? "" };
}
