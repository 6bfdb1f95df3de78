import { RedisPresence } from "@colyseus/redis-presence";
import type { Redis } from "ioredis";
import type { Logger } from "../ops/logger.ts";
import { faultOf } from "./fault.ts";

/** The framework's presence. What it does and nobody waits for may fail: that is told here, and ends no process. */
export class WatchedPresence extends RedisPresence {
  // No private one: the framework gives each room an object that only looks like this.
  protected readonly logger: Logger;

  constructor(redis: Redis, logger: Logger) {
    super(redis);
    this.logger = logger;
    // Every room listens for guests who take a seat elsewhere: many listeners are no leak here.
    this.subscriptions.setMaxListeners(0);
  }

  override hset(key: string, field: string, value: string): Promise<boolean> {
    return this.watched(super.hset(key, field, value));
  }

  override publish(topic: string, data: unknown): Promise<void> {
    return this.watched(super.publish(topic, data));
  }

  /** The same promise: whoever does wait for it hears of the error too. */
  protected watched<T>(work: Promise<T>): Promise<T> {
    work.catch((error: unknown) => {
      this.logger.debug(
        { event: "redis", fault: faultOf(error) },
        "Redis refused something of the framework",
      );
    });
    return work;
  }
}
