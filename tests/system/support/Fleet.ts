import { KEYS } from "../../../apps/server/src/cluster/scripts.ts";
import { Ingress } from "../../failures/support/Ingress.ts";
import { RedisProcess } from "../../failures/support/RedisProcess.ts";
import { freePort } from "./freePort.ts";
import { ServerProcess } from "./process.ts";

/** Everybody here comes from one address, and nobody waits long. */
const SETTINGS = {
  JOINS_PER_MINUTE: "100000",
  MAX_CONNECTIONS_PER_ADDRESS: "100000",
  GUESTS_PER_MINUTE: "100000",
  ROOMS_PER_MINUTE: "100000",
  MAX_ROOMS: "1000",
  OPS_PORT: "0",
  TRUST_PROXY: "loopback",
  DRAIN_SECONDS: "2",
};

export interface FleetOptions {
  readonly names: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Several processes need it; one alone runs without. */
  readonly withRedis?: boolean;
}

/** A room as the processes know each other's. */
interface Listing {
  readonly roomId: string;
  readonly kind: string;
  /** Name of its process. */
  readonly home: string;
  readonly code: string | undefined;
  readonly clients: number;
}

/** What `docker compose up --scale server=3` is: processes, their Redis, and the one way in. */
export class Fleet {
  readonly ingress: Ingress;
  /** Throws when there is none. */
  readonly redis: RedisProcess;
  /** Those that run, or stand still. */
  readonly servers = new Map<string, ServerProcess>();
  /** All that ever ran. */
  readonly everyServer: ServerProcess[] = [];
  readonly #settings: Readonly<Record<string, string>>;
  readonly #ports = new Map<string, number>();
  readonly #entries: Ingress[] = [];

  private constructor(ingress: Ingress, redis: RedisProcess | undefined, settings: Record<string, string>) {
    this.ingress = ingress;
    this.redis = redis as RedisProcess;
    this.#settings = settings;
  }

  static async start({ names, settings = {}, withRedis = true }: FleetOptions): Promise<Fleet> {
    const redis = withRedis ? await RedisProcess.start() : undefined;
    const ingress = await Ingress.start();
    const fleet = new Fleet(ingress, redis, {
      ...SETTINGS,
      ...(redis && { REDIS_URL: redis.url }),
      ...settings,
    });
    try {
      await Promise.all(names.map((name) => fleet.add(name)));
      return fleet;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  get endpoint(): string {
    return this.ingress.endpoint;
  }

  server(name: string): ServerProcess {
    const server = this.servers.get(name);
    if (!server) throw new Error(`no process ${name}`);
    return server;
  }

  /**
   * @param settings of this one alone
   * @param protocol that it speaks, if not that of this code
   */
  async add(
    name: string,
    settings: Readonly<Record<string, string>> = {},
    protocol?: number,
  ): Promise<ServerProcess> {
    const port = await freePort();
    const all = { ...this.#settings, PROCESS_NAME: name, ...settings };
    const server = await ServerProcess.start(port, all, protocol);
    this.servers.set(name, server);
    this.everyServer.push(server);
    this.#ports.set(name, port);
    for (const ingress of [this.ingress, ...this.#entries]) ingress.add(name, port);
    return server;
  }

  /** A way in on which one process answers all that any could. */
  async entry(name: string): Promise<string> {
    const ingress = await Ingress.start(name);
    this.#entries.push(ingress);
    for (const [other, port] of this.#ports) ingress.add(other, port);
    return ingress.endpoint;
  }

  /** The rooms that Redis lists, with the names of their processes. */
  async listings(): Promise<Listing[]> {
    const lines = await this.redis.ask("HVALS", "roomcaches");
    return lines.map((line) => {
      const { roomId, name, publicAddress, metadata, clients } = JSON.parse(line);
      return { roomId, kind: name, home: publicAddress.replace("p/", ""), code: metadata?.code, clients };
    });
  }

  /** A crash. The ingress finds out by itself. */
  async kill(name: string): Promise<void> {
    const server = this.server(name);
    this.servers.delete(name);
    await server.kill();
  }

  /** An end in order, as with every deploy. The ingress finds out by itself. */
  async drain(name: string): Promise<number | null> {
    const server = this.server(name);
    this.servers.delete(name);
    return server.terminate();
  }

  /** How much each process that takes rooms has to do, as the others know it. */
  async loads(): Promise<number[]> {
    const lines = await this.redis.ask("ZRANGE", KEYS.load, "0", "-1", "WITHSCORES");
    return lines.filter((_, index) => index % 2 === 1).map(Number);
  }

  async stop(): Promise<void> {
    await Promise.all(this.everyServer.map((server) => server.terminate("SIGKILL")));
    await Promise.all([this.ingress, ...this.#entries].map((ingress) => ingress.stop()));
    await (this.redis as RedisProcess | undefined)?.stop();
  }

  /** What no log may say, of any process that ever ran: empty when all is well. */
  faults(): string[] {
    return this.everyServer.flatMap(({ logs, stderr }) => [
      ...logs
        .filter(({ event, msg }) => event === "exception" || msg === "unhandled rejection")
        .map((line) => JSON.stringify(line)),
      ...stderr.split("\n").filter((line) => line !== ""),
    ]);
  }
}
