import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { NetworkConditions } from "../../../apps/client/src/debug/networkSimulator.ts";

/** Of the whole round trip, as in the table of network presets. */
export type Conditions = Pick<NetworkConditions, "latencyMs" | "jitterMs">;

export const DIRECT: Conditions = { latencyMs: 0, jitterMs: 0 };

/** A wire between browser and server that can be slow, go silent and be cut: what a page cannot tell from a real one. */
export interface Wire {
  readonly url: string;
  /** From the next chunk on. */
  setConditions(conditions: Conditions): void;
  /** End every connection at once, and every new one until `mend`. */
  cut(): void;
  /** Nothing passes any more and nobody is told, as when a cable is pulled. Until `mend`. */
  silence(): void;
  /** New connections pass again. Those that were silenced are lost, and now their ends hear of it. */
  mend(): void;
  stop(): Promise<void>;
}

/** @param port where the server listens */
export async function startWire(port: number, conditions = DIRECT): Promise<Wire> {
  const open = new Set<Socket>();
  const silenced = new WeakSet<Socket>();
  let current = conditions;
  let state: "open" | "cut" | "silent" = "open";

  const oneWayMs = () => {
    const { latencyMs, jitterMs } = current;
    return Math.max(0, (latencyMs + (Math.random() * 2 - 1) * jitterMs) / 2);
  };
  function pass(from: Socket, to: Socket): void {
    const line: { dueAt: number; deliver: () => void }[] = [];
    // In order, whatever the jitter: a late chunk holds back the ones behind it.
    const send = (deliver: () => void) => {
      const dueAt = Math.max(performance.now() + oneWayMs(), line.at(-1)?.dueAt ?? 0);
      line.push({ dueAt, deliver });
      if (line.length === 1) arm();
    };
    // One timer at a time: two that are due within a millisecond of each other may fire in any order.
    const arm = () =>
      void setTimeout(arrive, Math.max(0, Math.ceil((line[0]?.dueAt ?? 0) - performance.now())));
    const arrive = () => {
      const next = line.shift();
      if (next && !silenced.has(from) && !to.destroyed) next.deliver();
      if (line.length > 0) arm();
    };
    from.on("data", (chunk) => send(() => to.write(chunk)));
    from.on("end", () => send(() => to.end()));
    from.on("close", () => send(() => to.destroy()));
    // "close" follows, and ends the other side too.
    from.on("error", () => open.delete(from));
  }

  const server = createServer((client) => {
    if (state === "cut") {
      client.destroy();
      return;
    }
    client.setNoDelay(true);
    const upstream = connect({ port, host: "127.0.0.1", noDelay: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      if (state === "silent") silenced.add(socket);
    }
    pass(client, upstream);
    pass(upstream, client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;

  function endAll(): void {
    for (const socket of open) socket.destroy();
  }
  return {
    url: `http://127.0.0.1:${own}`,
    setConditions(next) {
      current = next;
    },
    cut() {
      state = "cut";
      endAll();
    },
    silence() {
      state = "silent";
      for (const socket of open) silenced.add(socket);
    },
    mend() {
      state = "open";
      for (const socket of open) if (silenced.has(socket)) socket.destroy();
    },
    async stop() {
      server.close();
      endAll();
      await once(server, "close");
    },
  };
}
