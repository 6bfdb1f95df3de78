import { beforeEach, describe, expect, test } from "@jest/globals";
import { Presence } from "@tagalong/shared/session/presence.ts";
import { Motion } from "@tagalong/shared/world/movement.ts";
import { Cast } from "./Cast.ts";
import type { DrawnPlayer } from "./net.ts";
import type { PlayerLook } from "./PlayerView.ts";
import { PLATE_HEIGHT } from "./plates.ts";

function player(sessionId: string, guest: string, change: Partial<DrawnPlayer> = {}): DrawnPlayer {
  return {
    sessionId,
    isSelf: guest === "me",
    name: guest,
    guest,
    colour: 0,
    hat: 0,
    presence: Presence.ACTIVE,
    x: 100,
    y: 100,
    facing: 0,
    motion: Motion.IDLE,
    serverX: 100,
    serverY: 100,
    cooldownTicks: 0,
    ...change,
  };
}

/** What became of each view, by the guest it was made for, and how each was drawn last. */
let events: string[];
let looks: Map<string, PlayerLook>;
/** Whose name plate is shown. */
let named: Set<string>;
let cast: Cast;
let now: number;
beforeEach(() => {
  events = [];
  looks = new Map();
  named = new Set();
  now = 10_000;
  cast = new Cast(({ guest }) => {
    events.push(`${guest} made`);
    const plate = {
      x: 0,
      bottom: 0,
      width: 50,
      height: PLATE_HEIGHT,
      distance: 0,
      isSelf: guest === "me",
      isSpeaking: false,
      isShown: false,
    };
    return {
      plateFrom: ({ x }) => {
        const look = looks.get(guest);
        return Object.assign(plate, { x: look?.x ?? 0, distance: Math.abs((look?.x ?? 0) - x) });
      },
      bubbleBox: undefined,
      set showsPlate(isShown: boolean) {
        plate.isShown = isShown;
        if (isShown) named.add(guest);
        else named.delete(guest);
      },
      update: (look) => void looks.set(guest, { ...look }),
      arrive: () => void events.push(`${guest} arrives`),
      say: (text) => void events.push(`${guest} says ${text}`),
      vanish: () => void events.push(`${guest} vanishes`),
      destroy: () => void events.push(`${guest} destroyed`),
    };
  });
});

function draw(elapsedMs: number, ...players: DrawnPlayer[]): void {
  now += elapsedMs;
  const view = { width: 1, height: 1, zoom: 1, textZoom: 1, left: 0, top: 0, coveredTop: 0 };
  cast.draw(new Map(players.map((one) => [one.sessionId, one])), "", { now, elapsedMs, view });
}

describe("who is drawn", () => {
  test("comes with a welcome and goes with a poof; whoever was there before gets none", () => {
    cast.enter();
    draw(0, player("s1", "me"), player("s2", "ann"));
    draw(2_000, player("s1", "me"), player("s2", "ann"), player("s3", "bob"));
    draw(16, player("s1", "me"), player("s3", "bob"));
    expect(events).toEqual([
      "me made",
      "ann made",
      "bob made",
      "bob arrives",
      "ann vanishes",
      "ann destroyed",
    ]);
  });

  test("whoever is there in the first picture was there before, however long that took to load", () => {
    draw(5_000, player("s1", "me"), player("s2", "ann"));
    expect(events).toEqual(["me made", "ann made"]);
  });

  test("a reconnect keeps everybody who is still there", () => {
    cast.enter();
    draw(0, player("s1", "me"), player("s2", "ann"), player("s3", "bob"));
    events.length = 0;
    cast.enter();
    draw(500, player("s1", "me"), player("s2", "ann"));
    expect(events).toEqual(["bob vanishes", "bob destroyed"]);
  });
});

test("where names would cover each other, one's own and the nearest are shown", () => {
  cast.enter();
  draw(0, player("s1", "me"), player("s2", "far", { x: 170 }), player("s3", "near", { x: 155 }));
  expect([...named]).toEqual(["me", "near"]);
  draw(16, player("s1", "me"), player("s2", "far", { x: 170 }), player("s3", "near", { x: 300 }));
  expect([...named].sort()).toEqual(["far", "me", "near"]);
});

describe("a room that moves", () => {
  beforeEach(() => {
    cast.enter();
    draw(0, player("s1", "me"), player("s2", "ann", { motion: Motion.WALK }), player("s3", "bob"));
    draw(3_000, player("s1", "me"), player("s2", "ann", { motion: Motion.WALK }), player("s3", "bob"));
    events.length = 0;
    cast.enter();
  });

  test("leaves everybody where they were: nobody vanishes, nobody is welcomed", () => {
    const loading = { presence: Presence.LOADING };
    draw(200, player("t1", "me", loading));
    expect(looks.get("me")?.presence).toBe(Presence.ACTIVE);
    // On their way, and standing meanwhile.
    expect(looks.get("ann")).toMatchObject({ presence: Presence.ACTIVE, motion: Motion.IDLE });
    draw(200, player("t1", "me"), player("t2", "ann", { ...loading, x: 120 }));
    expect(looks.get("ann")).toMatchObject({ presence: Presence.ACTIVE, x: 120 });
    draw(200, player("t1", "me"), player("t2", "ann"), player("t3", "bob"));
    draw(9_000, player("t1", "me"), player("t2", "ann"), player("t3", "bob"));
    expect(events).toEqual([]);
    cast.say("t2", "hi", now);
    expect(events).toEqual(["ann says hi"]);
  });

  test("waits a while for those who are late, fades them, and then lets them go", () => {
    draw(200, player("t1", "me"), player("t2", "ann"));
    expect(looks.get("bob")?.presence).toBe(Presence.ACTIVE);
    draw(2_000, player("t1", "me"), player("t2", "ann"));
    expect(looks.get("bob")?.presence).toBe(Presence.RECONNECTING);
    expect(events).toEqual([]);
    draw(5_000, player("t1", "me"), player("t2", "ann"));
    expect(events).toEqual(["bob vanishes", "bob destroyed"]);
    draw(100, player("t1", "me"), player("t2", "ann"), player("t3", "bob"));
    expect(events.slice(2)).toEqual(["bob made", "bob arrives"]);
  });

  test("and moves again keeps them too, while newcomers come like anybody", () => {
    draw(200, player("t1", "me"), player("t2", "ann"), player("t3", "bob"));
    cast.enter();
    draw(200, player("u1", "me"));
    draw(2_000, player("u1", "me"), player("u2", "ann"), player("u3", "bob"), player("u4", "cid"));
    expect(events).toEqual(["cid made", "cid arrives"]);
  });

  test("a guest who comes from another tab is drawn twice while the older one leaves, each by one view", () => {
    draw(200, player("t1", "me"), player("t2", "ann"), player("t3", "bob"));
    const leaving = player("t2", "ann", { presence: Presence.LEAVING });
    for (let frame = 0; frame < 3; frame++)
      draw(16, player("t1", "me"), leaving, player("t5", "ann"), player("t3", "bob"));
    expect(events).toEqual(["ann made"]);
    draw(16, player("t1", "me"), player("t5", "ann"), player("t3", "bob"));
    expect(events).toEqual(["ann made", "ann vanishes", "ann destroyed"]);
  });

  test("leaving it takes everybody off the stage", () => {
    draw(200, player("t1", "me"));
    cast.leave();
    expect(events.filter((event) => event.endsWith("destroyed"))).toHaveLength(3);
  });
});
