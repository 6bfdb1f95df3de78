import { createMemoryStore, refusalOf } from "@tagalong/client/session/api.ts";
import { Connection, type PlazaRoom } from "@tagalong/client/session/connection.ts";
import { reasonText } from "@tagalong/client/session/reasonTexts.ts";
import { WorldNet } from "@tagalong/client/world/net.ts";
import type { MoveControls } from "@tagalong/shared/world/movement.ts";
import { STILL } from "./walks.ts";

const FRAME_MS = 1_000 / 30;
const POLL_MS = 10;
/** Each step of a visit (ms). */
const PATIENCE_MS = 8_000;
/** Far enough that it is a walk, and no rounding (u). */
const STEP_U = 4;
/** After so long against a wall another way is tried (ms). */
const TURN_MS = 500;
const PING_AGAIN_MS = 1_000;
const WAYS: readonly MoveControls[] = [
  { dx: 1, dy: 0, dash: 0 },
  { dx: 0, dy: 1, dash: 0 },
  { dx: -1, dy: 0, dash: 0 },
  { dx: 0, dy: -1, dash: 0 },
];

export type VisitStep = "join" | "arrive" | "walk" | "say" | "refusal" | "leave";

export interface Visit {
  /** How long each step took (ms), those that were taken. */
  readonly times: Partial<Record<VisitStep, number>>;
  /** As the server calls what it runs. */
  readonly build: string | undefined;
  /** Round trip (ms). */
  readonly pingMs: number | undefined;
  readonly failure: { readonly step: VisitStep; readonly sentence: string } | undefined;
}

/**
 * One visit from the door to the way out, with the client's own connection and prediction: into a private room that is made
 * for it, a few steps, a line, an empty one, and out. Never throws.
 *
 * @param endpoint base address of the server, without a slash at the end
 */
export async function visit(endpoint: string): Promise<Visit> {
  const connection = new Connection({
    endpoint,
    build: "doctor",
    lasting: createMemoryStore(),
    tab: createMemoryStore(),
  });
  const times: Partial<Record<VisitStep, number>> = {};
  const said: string[] = [];
  let net: WorldNet | undefined;
  let controls = STILL;
  let build: string | undefined;
  let pingMs: number | undefined;
  let step: VisitStep = "join";
  connection.onRoom((room) => {
    net?.dispose();
    net = new WorldNet(room);
    room.onMessage("chat:line", (line) => void ("text" in line && said.push(line.text)));
    room.onMessage("*", () => undefined);
  });
  const frames = setInterval(() => net?.frame(performance.now(), controls), FRAME_MS);
  const take = async (name: VisitStep, act: () => Promise<unknown>) => {
    step = name;
    const began = performance.now();
    await act();
    times[name] = performance.now() - began;
  };
  const roomNow = (): PlazaRoom => {
    const { state } = connection;
    if (state.name === "connected") return state.room;
    throw new Error(
      state.name === "disconnected" ? reasonText(state.refusal) : `the connection is ${state.name}`,
    );
  };
  try {
    await take("join", async () => {
      const room = { title: "Doctor's visit", maxPlayers: 2, private: true };
      await connection.join({ target: { kind: "create", room }, name: "Doctor", colour: 0, hat: 0 });
      roomNow().send("session:ready", {});
    });
    if (connection.state.name === "connected") build = connection.state.welcome.build;
    await take("arrive", () => until("nobody is there", () => net?.self));
    pingMs = await ping(roomNow);
    await take("walk", () =>
      walk(
        () => net,
        (way) => {
          controls = way;
        },
      ),
    );
    await take("say", async () => {
      const text = "The doctor was here.";
      await roomNow().request("chat:say", { text });
      await until("what was said is not heard", () => said.includes(text));
    });
    await take("refusal", async () => {
      const answer = await roomNow()
        .request("chat:say", { text: " " })
        .then(() => undefined, refusalOf);
      if (answer?.reason !== "chat/empty")
        throw new Error(`an empty line is answered with ${answer?.reason ?? "ok"}`);
    });
    await take("leave", async () => {
      let isClosed = false;
      roomNow().onLeave(() => {
        isClosed = true;
      });
      await connection.leave();
      await until("the socket does not close", () => isClosed);
    });
    return { times, build, pingMs, failure: undefined };
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    return { times, build, pingMs, failure: { step, sentence } };
  } finally {
    clearInterval(frames);
    await connection.leave();
    net?.dispose();
  }
}

/** One that is asked while another is under way takes its answer, and the game asks too: asked again until it is heard. */
async function ping(room: () => PlazaRoom): Promise<number> {
  let answeredMs: number | undefined;
  let askAgainAt = 0;
  await until("a ping has no answer", () => {
    if (performance.now() > askAgainAt) {
      askAgainAt = performance.now() + PING_AGAIN_MS;
      room().ping((ms) => {
        answeredMs = ms;
      });
    }
    return answeredMs !== undefined;
  });
  return answeredMs ?? Number.NaN;
}

/** Walk until the server has us somewhere else: against a wall one stands still, so every way is tried. */
async function walk(net: () => WorldNet | undefined, hold: (way: MoveControls) => void): Promise<void> {
  const { serverX = 0, serverY = 0 } = net()?.self ?? {};
  let way = 0;
  hold(WAYS[0] ?? STILL);
  const turning = setInterval(() => hold(WAYS[++way % WAYS.length] ?? STILL), TURN_MS);
  try {
    await until("the server does not see the walk", () => {
      const self = net()?.self;
      return self && Math.hypot(self.serverX - serverX, self.serverY - serverY) > STEP_U;
    });
  } finally {
    clearInterval(turning);
    hold(STILL);
  }
}

async function until(otherwise: string, condition: () => unknown): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
