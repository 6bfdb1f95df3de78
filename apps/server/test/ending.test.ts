import { expect, test } from "@jest/globals";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { Cluster } from "../src/cluster/Cluster.ts";
import { KeepingCluster } from "./support/KeepingCluster.ts";
import { join } from "./support/Player.ts";
import { TestServer } from "./support/server.ts";

/** Tells what the process was asked for on its way out, and whether it could still be. */
class WatchedCluster extends KeepingCluster {
  placed = 0;
  isHeardAtTheEnd: boolean | undefined;
  endpoint = "";

  override async place(): Promise<string | undefined> {
    this.placed += 1;
    return super.place();
  }

  override readonly leave: Cluster["leave"] = async () => {
    this.isHeardAtTheEnd = await fetch(`${this.endpoint}/healthz`).then(
      () => true,
      () => false,
    );
  };
}

test("a process that ends finds a place for whoever it sent away, and then is not asked any more", async () => {
  const cluster = new WatchedCluster();
  let wasHeard: (() => void) | undefined;
  const heard = new Promise<void>((resolve) => {
    wasHeard = resolve;
  });
  const server = await TestServer.start({}, { cluster, farewell: () => heard });
  cluster.endpoint = server.endpoint;
  const ann = await join(server, (await server.openRoom()).roomId);

  const stopped = server.stop();
  expect((await ann.closed).refusal.reason).toBe("lobby/room_moved");
  cluster.placed = 0;
  const body = { ticket: ann.welcome?.roomTicket, protocol: PROTOCOL_VERSION };
  const refusal = await server.refusalOfCall("/api/rooms/open", { body, token: ann.token });
  expect(cluster.placed).toBe(1);
  // There is no other process here.
  expect(refusal?.reason).toBe("session/server_restarting");
  expect(cluster.isHeardAtTheEnd).toBe(undefined);

  wasHeard?.();
  await stopped;
  expect(cluster.isHeardAtTheEnd).toBe(false);
});
