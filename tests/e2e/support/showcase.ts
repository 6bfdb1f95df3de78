import type { Visit } from "./fixtures.ts";
import type { GamePage } from "./GamePage.ts";
import type { TestServer } from "./server.ts";

/** The two in the pictures of the README, the same every time. Juno is the one we look over the shoulder of. */
export const OLIVE = { name: "Olive", look: { colour: "Sky blue", hat: "Flower crown" } } as const;
export const JUNO = { name: "Juno", look: { colour: "Orange", hat: "Bobble hat" } } as const;
export const GARDEN = "Olive’s garden";

/** Olive has opened a room and waits in front of the fountain. Nobody looks at her window, so it is a coarse one. */
export async function openGarden(
  visit: (visit: Visit) => Promise<GamePage>,
  at: TestServer,
): Promise<GamePage> {
  const olive = await visit({ ...OLIVE, at, browser: { deviceScaleFactor: 0.25 } });
  await olive.openRoom({ title: GARDEN });
  await olive.walkTo({ x: 975, y: 880 });
  return olive;
}
