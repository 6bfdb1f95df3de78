import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A port that nobody has right now, from below those that the system gives to whoever calls somebody, or listens anywhere:
 * none of them takes it until it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
