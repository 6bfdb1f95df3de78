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

/** A free piece of grass is enough to see that somebody walks (world units). */
const STROLL = 40;

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
  get canvas(): Locator {
    return this.page.locator("canvas");
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

  /** Open a room and walk into it. Resolves to its code. */
  async openRoom({ title, password, isPrivate, size }: RoomWish = {}): Promise<string> {
    await this.button("Create room").click();
    const dialog = this.page.getByRole("dialog");
    if (title !== undefined) await dialog.getByRole("textbox", { name: "Title" }).fill(title);
    if (size !== undefined) await dialog.getByRole("combobox").selectOption(String(size));
    if (isPrivate) await dialog.getByRole("switch", { name: "Private" }).check();
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

  /** Hold a key until one's own avatar has come this far from where it was. */
  async walk(key: string, distance = STROLL): Promise<void> {
    await this.canvas.focus();
    const from = await this.self();
    await this.page.keyboard.down(key);
    await expect
      .poll(
        async () => {
          const { x, y } = await this.self();
          return Math.hypot(x - from.x, y - from.y);
        },
        { message: `${key} moves the avatar`, intervals: [50] },
      )
      .toBeGreaterThan(distance);
    await this.page.keyboard.up(key);
  }

  /** Walk to where there is nothing in the way: players appear around the fountain. */
  async stroll(distance = STROLL): Promise<void> {
    const { x } = await this.self();
    await this.walk(x < FOUNTAIN_X ? "KeyA" : "KeyD", distance);
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

  async snapshot(): Promise<Snapshot> {
    return this.page.evaluate(() => {
      const { tagalong } = window as unknown as { tagalong?: Snapshot };
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
const FOUNTAIN_X = 1024;
