import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Mover, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { TICK_HZ, TICK_MS } from "@tagalong/shared/world/tuning.ts";
import { type WebSocket, WebSocketServer } from "ws";
import { decodeInput, encodeSnapshot } from "../floorWire.ts";
import type { StartContender } from "./contender.ts";

interface Walker extends Mover {
  readonly socket: WebSocket;
  readonly queue: Buffer[];
  /** Number of the last input applied, 0 to 255. */
  tick: number;
}

/**
 * The least that can be done over WebSockets with everybody's position every tick: one packed snapshot for all, and
 * neither rooms, joins, names nor reconnects. Players are known by their place in the snapshot.
 */
export const start: StartContender = async ({ meter, onStep }) => {
  const walkers: Walker[] = [];
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    const spawn = PLAZA_MAP.spawns[walkers.length % PLAZA_MAP.spawns.length] ?? { x: 0, y: 0 };
    const queue: Buffer[] = [];
    const pose = { facing: 0, motion: 0, dashTicks: 0, cooldownTicks: 0 };
    socket.send(Buffer.from(Uint16Array.of(walkers.length).buffer));
    walkers.push({ socket, queue, tick: 0, x: spawn.x, y: spawn.y, ...pose });
    socket.on("message", (data) => queue.push(data as Buffer));
  });
  await once(server, "listening");

  const step = () => {
    for (const walker of walkers) {
      for (let input = walker.queue.shift(); input; input = walker.queue.shift()) {
        const { dx, dy, tick } = decodeInput(input);
        stepMover(walker, { dx, dy, dash: 0 }, 1 / TICK_HZ, PLAZA_MAP);
        walker.tick = tick;
      }
    }
    const snapshot = encodeSnapshot(walkers);
    for (const { socket } of walkers) socket.send(snapshot);
  };
  // Timers are late by up to a millisecond: the next one is set by the clock, not by the last one.
  let due = performance.now();
  const run = () => {
    meter.step(step);
    onStep();
    due += TICK_MS;
    setTimeout(run, Math.max(0, due - performance.now()));
  };
  run();

  return {
    port: (server.address() as AddressInfo).port,
    ids: () => [...walkers.keys()].map(String),
    place: (id) => walkers[Number(id)],
  };
};
