import { describe, expect, test } from "@jest/globals";
import { HeldKeys, isGameKey } from "./controls.ts";

/** Long enough that a key no longer counts as tapped. */
const LATER = 1_000;

function held(...codes: string[]): HeldKeys {
  const keys = new HeldKeys();
  for (const code of codes) keys.press(code, 0);
  return keys;
}

describe("keys to controls", () => {
  test.each([
    ["ArrowRight", { dx: 1, dy: 0, dash: 0 }],
    ["KeyA", { dx: -1, dy: 0, dash: 0 }],
    ["KeyW", { dx: 0, dy: -1, dash: 0 }],
    ["ArrowDown", { dx: 0, dy: 1, dash: 0 }],
    ["ShiftRight", { dx: 0, dy: 0, dash: 1 }],
    ["Space", { dx: 0, dy: 0, dash: 1 }],
  ])("%s is held until it comes up", (code, controls) => {
    const keys = held(code);
    keys.read(1);
    expect(keys.read(LATER)).toEqual(controls);
    keys.release(code);
    expect(keys.read(LATER)).toEqual({ dx: 0, dy: 0, dash: 0 });
  });

  test("two keys make a diagonal, opposite ones stand still", () => {
    expect(held("KeyD", "ArrowUp").read(LATER)).toMatchObject({ dx: 1, dy: -1 });
    expect(held("KeyD", "ArrowLeft").read(LATER)).toMatchObject({ dx: 0, dy: 0 });
  });

  test("of two keys for one way, the second still holds when the first comes up", () => {
    const keys = held("KeyD", "ArrowRight");
    keys.release("KeyD");
    expect(keys.read(LATER).dx).toBe(1);
  });

  test("a tap between two fast frames lasts until a tick has come", () => {
    const keys = held("KeyD");
    keys.release("KeyD");
    expect(keys.read(7).dx).toBe(1);
    expect(keys.read(34).dx).toBe(1);
    expect(keys.read(60).dx).toBe(0);
  });

  test("a tap between two slow frames is seen once", () => {
    const keys = held("KeyD");
    keys.release("KeyD");
    expect(keys.read(200).dx).toBe(1);
    expect(keys.read(400).dx).toBe(0);
  });

  test("a key that repeats while held does not count as tapped anew", () => {
    const keys = held("KeyD");
    keys.read(1);
    keys.press("KeyD", LATER);
    keys.release("KeyD");
    expect(keys.read(LATER).dx).toBe(0);
  });

  test("letting go of all keys leaves nothing held, not even a tap", () => {
    const keys = held("KeyD", "Space");
    keys.releaseAll();
    expect(keys.read(1)).toEqual({ dx: 0, dy: 0, dash: 0 });
  });

  test("keys that chat and menus use are not the game's", () => {
    for (const code of ["Enter", "Escape", "Tab", "KeyT", "Slash"]) expect(isGameKey(code)).toBe(false);
  });
});
