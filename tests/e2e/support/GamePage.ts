import { expect, type Locator, type Page } from "@playwright/test";
import type { Snapshot } from "../../../apps/client/src/debug/snapshot.ts";

type Self = NonNullable<Snapshot["self"]>;
type Seen = Snapshot["players"][number];

export interface RoomWish {
  title?: string;
  password?: string;
  isPrivate?: boolean;
  size?: number;
}

declare global {
  interface Window {
    readonly tagalong?: Snapshot;
  }
}

/** A free piece of grass is enough to see that somebody walks (world units). */
const STROLL = 40;
/** Close enough to a place (world units). */
const NEAR = 20;

/** The game as one guest has it before them: what they see, by role and name, and what they do. */
export class GamePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  // --- what is there ---

  get name(): Locator {
    return this.page.getByRole("textbox", { name: "Name", exact: true });
  }
  get play(): Locator {
    return this.button("Play");
  }
  get rooms(): Locator {
    return this.page.getByRole("list", { name: "Rooms" });
  }
  get status(): Locator {
    return this.page.getByRole("status", { name: "Connection" });
  }
  get alert(): Locator {
    return this.page.getByRole("alert");
  }
  get password(): Locator {
    return this.page.getByRole("textbox", { name: "Password" });
  }
  get chat(): Locator {
    return this.page.getByRole("log", { name: "Chat" });
  }
  get message(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }
  get players(): Locator {
    return this.page.getByRole("list", { name: "Players" });
  }
  get leaveButton(): Locator {
    return this.button("Leave room");
  }
  /** All there is besides the picture of the square. */
  get interface(): Locator {
    return this.page.getByRole("main");
  }
  /** Lies over the rest while it is open. */
  get playersPanel(): Locator {
    return this.page.getByRole("region").filter({ has: this.players });
  }
  get canvas(): Locator {
    return this.page.locator("#game canvas");
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  room(title: string): Locator {
    return this.rooms.getByRole("listitem").filter({ hasText: title });
  }

  player(name: string): Locator {
    return this.players.getByRole("listitem").filter({ hasText: name });
  }

  // --- going somewhere ---

  async dressAs({ colour, hat }: { colour: string; hat: string }): Promise<void> {
    for (const choice of [colour, hat]) {
      await this.page.getByRole("radio", { name: choice, exact: true }).check({ force: true });
    }
  }

  /** Open a room and walk into it. Resolves to its code. */
  async openRoom({ title, password, isPrivate, size }: RoomWish = {}): Promise<string> {
    await this.button("Create room").click();
    const dialog = this.page.getByRole("dialog");
    if (title !== undefined) await dialog.getByRole("textbox", { name: "Title" }).fill(title);
    if (size !== undefined) await dialog.getByRole("combobox").selectOption(String(size));
    if (isPrivate) await dialog.getByRole("checkbox", { name: "Private" }).check();
    if (password !== undefined) await this.password.fill(password);
    await dialog.getByRole("button", { name: "Open the room" }).click();
    return this.arrive();
  }

  async joinByCode(code: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Room code" }).fill(code);
    await this.button("Join by code").click();
  }

  /** Wait until the avatar stands in the square and can walk. Resolves to the room's code. */
  async arrive(): Promise<string> {
    await expect(this.status).toHaveText("Connected", { timeout: 20_000 });
    await expect
      .poll(() => this.presence(), { message: "the avatar can walk", timeout: 20_000 })
      .toBe("active");
    return this.code();
  }

  async leave(): Promise<void> {
    await this.leaveButton.click();
    await expect(this.play).toBeVisible();
  }

  async showPlayers(): Promise<void> {
    if (!(await this.players.isVisible())) await this.button("Players list").click();
    await expect(this.players).toBeVisible();
  }

  // --- talking ---

  async say(text: string): Promise<void> {
    await this.message.fill(text);
    await this.message.press("Enter");
  }

  // --- walking ---

  /** Hold keys until one's own avatar has come this far from where it was. */
  async walk(keys: string | readonly string[], distance = STROLL): Promise<void> {
    const from = await this.self();
    await this.#hold(keys, `the avatar walks ${distance} units`, ({ x, y }) => {
      return Math.hypot(x - from.x, y - from.y) > distance;
    });
  }

  /** Hold keys until one's own avatar comes no further. */
  async walkIntoWall(keys: string | readonly string[]): Promise<void> {
    const from = await this.self();
    let before = from;
    await this.#hold(keys, "the avatar comes to a wall", (now) => {
      const isStopped = now.x === before.x && now.y === before.y && (now.x !== from.x || now.y !== from.y);
      before = now;
      return isStopped;
    });
  }

  async #hold(
    keys: string | readonly string[],
    until: string,
    isThere: (self: Self) => boolean,
  ): Promise<void> {
    await this.canvas.focus();
    for (const key of [keys].flat()) await this.page.keyboard.down(key);
    await expect
      .poll(async () => isThere(await this.self()), { message: until, intervals: [150], timeout: 20_000 })
      .toBe(true);
    for (const key of [keys].flat()) await this.page.keyboard.up(key);
  }

  /** Walk to where there is nothing in the way: players appear around the fountain. */
  async stroll(distance = STROLL): Promise<void> {
    const { x } = await this.self();
    await this.walk(x < FOUNTAIN.x ? "KeyA" : "KeyD", distance);
  }

  /** Walk around the fountain to a place in the open square in front of it, give or take a step. */
  async walkTo(place: { x: number; y: number }): Promise<void> {
    const { x, y } = await this.self();
    if (y < place.y && Math.abs(x - FOUNTAIN.x) < FOUNTAIN.reach) {
      await this.#walkAlong("x", FOUNTAIN.x + (x < FOUNTAIN.x ? -FOUNTAIN.reach : FOUNTAIN.reach));
    }
    await this.#walkAlong("y", place.y);
    await this.#walkAlong("x", place.x);
    // Towards whoever looks at the screen.
    await this.page.keyboard.press("KeyS");
  }

  async #walkAlong(axis: "x" | "y", to: number): Promise<void> {
    const [back, forth] = axis === "x" ? (["KeyA", "KeyD"] as const) : (["KeyW", "KeyS"] as const);
    await this.canvas.focus();
    await expect(async () => {
      const left = to - (await this.self())[axis];
      if (Math.abs(left) <= NEAR) return;
      // A hand that is slow to lift a finger goes too far: the last steps are taken one by one.
      await this.page.keyboard.press(left < 0 ? back : forth, { delay: Math.min(Math.abs(left) * 4, 1000) });
      expect(Math.abs(to - (await this.standStill())[axis])).toBeLessThanOrEqual(NEAR);
    }).toPass({ intervals: [0], timeout: 30_000 });
  }

  /** Wait until nothing is under way: the avatar stands where the server says it stands. */
  async standStill(): Promise<Self> {
    let before = await this.self();
    await expect
      .poll(
        async () => {
          const now = await this.self();
          const isStill = now.x === before.x && now.y === before.y;
          before = now;
          return isStill && now.x === now.serverX && now.y === now.serverY;
        },
        { message: "the avatar comes to rest where the server has it", intervals: [200] },
      )
      .toBe(true);
    return before;
  }

  // --- what the page knows ---

  /** Note one's own avatar as it is drawn in each frame from now on. Call the answer to read the notes. */
  async recordFrames(): Promise<() => Promise<Self[]>> {
    const notes = await this.page.evaluateHandle(() => {
      const frames: Self[] = [];
      requestAnimationFrame(function note() {
        const self = window.tagalong?.self;
        if (self) frames.push({ ...self });
        requestAnimationFrame(note);
      });
      return frames;
    });
    return () => notes.evaluate((frames) => frames);
  }

  async snapshot(): Promise<Snapshot> {
    return this.page.evaluate(() => {
      const { tagalong } = window;
      if (!tagalong) throw new Error("the page was opened without ?debug");
      return structuredClone(tagalong);
    });
  }

  async code(): Promise<string> {
    const { room } = await this.snapshot();
    if (!room) throw new Error("not in a room");
    return room.code;
  }

  async self(): Promise<Self> {
    const { self } = await this.snapshot();
    if (!self) throw new Error("there is no player of our own");
    return self;
  }

  async presence(): Promise<Seen["presence"] | undefined> {
    const { self, players } = await this.snapshot();
    return players.find(({ sessionId }) => sessionId === self?.sessionId)?.presence;
  }

  /** Somebody as they are drawn here, if they are. */
  async seen(name: string): Promise<Seen | undefined> {
    return (await this.snapshot()).players.find((player) => player.name === name);
  }

  /** Wait until this page shows somebody in this state. */
  async sees(name: string, presence: Seen["presence"] | "nobody"): Promise<void> {
    await expect
      .poll(async () => (await this.seen(name))?.presence ?? "nobody", {
        message: `${name} is seen as ${presence}`,
        timeout: 20_000,
      })
      .toBe(presence);
  }

  /** Wait until this page draws somebody where another page has them. */
  async seesAt(name: string, place: { x: number; y: number }): Promise<void> {
    await expect
      .poll(
        async () => {
          const seen = await this.seen(name);
          return seen && { x: seen.x, y: seen.y };
        },
        { message: `${name} is drawn in the right place` },
      )
      .toEqual({ x: place.x, y: place.y });
  }
}

/** The middle of the square, in world units: nobody appears there, and everybody around it. */
const FOUNTAIN = { x: 1024, reach: 130 };
