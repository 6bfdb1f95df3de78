import type { Cluster } from "./cluster/Cluster.ts";
import type { Config } from "./config.ts";
import type { Connections } from "./http/connections.ts";
import type { EdgeRefusals } from "./http/refusals.ts";
import type { Tickets } from "./lobby/Tickets.ts";
import type { Logger } from "./ops/logger.ts";
import type { Metrics } from "./ops/metrics.ts";
import type { GuestList } from "./session/approval.ts";
import type { Guests } from "./session/Guests.ts";
import type { Limits } from "./session/Limits.ts";

/** What rooms and routes are given. Built once in `app.ts`; nobody builds one of their own. */
export interface Services {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly guests: Guests;
  readonly guestList: GuestList;
  readonly limits: Limits;
  /** For what anybody may cause, and as often as they like. */
  readonly refusals: EdgeRefusals;
  readonly connections: Connections;
  readonly cluster: Cluster;
  readonly tickets: Tickets;
}
