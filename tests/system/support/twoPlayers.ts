import type { NetworkConditions } from "../../../apps/client/src/debug/networkSimulator.ts";
import type { PlazaRoom } from "../../../apps/server/src/world/PlazaRoom.ts";
import { eventually } from "../../../apps/server/test/support/eventually.ts";
import type { TestServer } from "../../../apps/server/test/support/server.ts";
import { isLocal } from "./localSocket.ts";
import { Screen } from "./Screen.ts";
import { VirtualTime } from "./virtualTime.ts";

/** Two players in a room of their own, in a time of their own. */
export interface TwoPlayers {
  readonly time: VirtualTime;
  readonly room: PlazaRoom;
  readonly ann: Screen;
  readonly bob: Screen;
}

export interface Setting {
  readonly fps: number;
  /** The networks they join on. */
  readonly network: NetworkConditions;
  /** Of all that is left to chance in their networks. */
  readonly seed: number;
}

/** Let Ann and Bob join one room on their networks, and have them play. Same setting, same everything. */
export async function withTwoPlayers<T>(
  server: TestServer,
  { fps, network, seed }: Setting,
  play: (players: TwoPlayers) => Promise<T>,
): Promise<T> {
  const time = new VirtualTime();
  try {
    const { code, roomId } = await time.until(server.openRoom());
    const common = { endpoint: server.endpoint, code, fps, network };
    const ann = await Screen.open(time, { ...common, name: "Ann", seed });
    const bob = await Screen.open(time, { ...common, name: "Bob", seed: seed + 1 });
    if (!isLocal(ann.tab.room)) throw new Error("localSocket.ts must be imported before the SDK");
    const result = await play({ time, room: server.plaza(roomId), ann, bob });
    await ann.close(time);
    await bob.close(time);
    // A room ends by its own timers, which stop with this time.
    await time.until(eventually(() => !server.hasRoom(roomId)));
    return result;
  } finally {
    time.end();
  }
}
