// Loaded into a server that a test starts: faults on demand, and readings that only the process itself can take.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Stalls } from "./Stalls.ts";

// As `--expose-gc` would, without another way to start a server.
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const stalls = new Stalls();

process.on("message", ({ ask, id }) => {
  switch (ask) {
    case "reject":
      void Promise.reject(new Error("rejected on purpose"));
      return;
    case "throw":
      setImmediate(() => {
        throw new Error("thrown on purpose");
      });
      return;
    case "readings":
      process.send({ id, readings: readings() });
  }
});

function readings() {
  // Before the collection, which is no stall that a player of a real server has.
  const stalled = stalls.read();
  collectGarbage();
  stalls.skip();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const handles = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  return { heapUsed, external, arrayBuffers, rss, handles, ...stalled };
}
