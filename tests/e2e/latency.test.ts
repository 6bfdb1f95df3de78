import { NETWORK_PRESETS } from "../../apps/client/src/debug/networkPresets.ts";
import { expect, test } from "./support/fixtures.ts";

const FAR = NETWORK_PRESETS["200ms"];
/** What a dash alone covers, and two steps of walking do not (world units). */
const DASH_DISTANCE = 50;

test.use({ framesPerSecond: 60 });

test("at 200 ms one's own steps are felt at once, and the server agrees with every one", async ({
  visit,
  wireTo,
  server,
}) => {
  const ann = await visit({ name: "Ann", at: await wireTo(server, FAR) });
  await ann.openRoom();
  const start = await ann.standStill();
  const readFrames = await ann.recordFrames();

  await ann.stroll();
  await ann.standStill();
  await ann.walkIntoWall("KeyW");
  const atWall = await ann.standStill();
  await ann.page.keyboard.down("KeyS");
  await ann.page.keyboard.press("Space");
  await ann.page.keyboard.up("KeyS");
  const afterDash = await ann.standStill();
  expect(afterDash.y - atWall.y, "a dash goes far").toBeGreaterThan(DASH_DISTANCE);
  await ann.walkIntoWall(["KeyW", "KeyA"]);
  await ann.standStill();

  const frames = await readFrames();
  const first = frames.find(({ x, y }) => x !== start.x || y !== start.y);
  expect(first, "drawn before the server knew").toMatchObject({ serverX: start.x, serverY: start.y });
  // A round trip of 200 ms holds at least three ticks on the way there alone.
  expect(Math.max(...frames.map(({ pending }) => pending))).toBeGreaterThanOrEqual(3);
  expect(first?.pending).toBeGreaterThan(0);
  expect(Math.max(...frames.map(({ correction }) => correction))).toBe(0);
  expect(Math.max(...frames.map(({ drift }) => drift))).toBe(0);
});

test("at 200 ms others are drawn where they are", async ({ visit, wireTo, server }) => {
  const ann = await visit({ name: "Ann", at: await wireTo(server, FAR) });
  const code = await ann.openRoom();
  const bob = await visit({ name: "Bob", at: await wireTo(server, FAR) });
  await bob.joinByCode(code);
  await bob.arrive();
  await Promise.all([ann.stroll(), bob.stroll()]);
  await bob.seesAt("Ann", await ann.standStill());
  await ann.seesAt("Bob", await bob.standStill());
});
