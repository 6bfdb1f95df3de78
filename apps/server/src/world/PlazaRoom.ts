import { type Client, definePlugins, Protocol, type StepContext } from "@colyseus/core";
import type { ChatAuthor, LeaveCause } from "@tagalong/shared/chat/protocol.ts";
import { createRandom, pick } from "@tagalong/shared/lib/random.ts";
import type { RoomMetadata } from "@tagalong/shared/lobby/protocol.ts";
import { Presence, takesInput } from "@tagalong/shared/session/presence.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { type Place, plotCourse } from "@tagalong/shared/world/course.ts";
import { Facing, Motion, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP, PLAZA_MAP_NAME } from "@tagalong/shared/world/plaza.ts";
import type { PlazaContract } from "@tagalong/shared/world/protocol.ts";
import { MoveInput, Player, PlazaState } from "@tagalong/shared/world/schema.ts";
import { writeTruth } from "@tagalong/shared/world/truth.ts";
import { LEAVING_MS, TICK_HZ } from "@tagalong/shared/world/tuning.ts";
import { z } from "zod";
import { type ChatHost, ChatPlugin } from "../chat/ChatPlugin.ts";
import type { AssertNever, Unhandled } from "../contract.ts";
import { type LeaderHost, LeaderPlugin } from "../lobby/LeaderPlugin.ts";
import type { RoomRequest } from "../lobby/settings.ts";
import { frameKind } from "../session/BaseRoom.ts";
import { type KeptPlayer, type KeptRoom, readKept } from "../session/KeptRoom.ts";
import { SessionRoom } from "../session/SessionRoom.ts";
import type { Seat } from "../session/seat.ts";
import { CourseSerializer } from "./CourseSerializer.ts";
import { InputBudget } from "./InputBudget.ts";
import { createInputFrameCheck } from "./inputFrame.ts";
import { OwnerTruth } from "./OwnerTruth.ts";
import { PatchPairs } from "./PatchPairs.ts";

/** What a player takes along when the room is handed on. */
const Body = z.object({
  x: z.number(),
  y: z.number(),
  facing: z.custom<Player["facing"]>((facing) => Number.isInteger(facing)),
  cooldownTicks: z.number().int(),
  credit: z.number().optional(),
});
type Body = z.infer<typeof Body>;

/** What the room keeps of a player beside the state. */
interface Steering {
  readonly budget: InputBudget<MoveInput>;
  readonly truth: OwnerTruth;
}

const isIdle = ({ dx, dy, dash }: MoveInput) => dx === 0 && dy === 0 && dash === 0;
const isInputFrame = createInputFrameCheck(MoveInput);

/** The town square. Collects inputs, runs the shared step, and turns seats into players; it holds no rules. */
export class PlazaRoom
  extends SessionRoom<{ state: PlazaState; metadata: RoomMetadata; input: MoveInput }>
  implements ChatHost, LeaderHost
{
  override state = new PlazaState();
  override inputs = this.defineInput(MoveInput, {
    bufferMaxSize: this.services.config.INPUT_BUFFER,
    sanitize: { dx: [-1, 1], dy: [-1, 1], dash: [0, 1] },
  });
  override plugins = definePlugins([new ChatPlugin(), new LeaderPlugin()]);
  override messages = {
    ...this.sessionMessages(),
    _: (client: Client, type: unknown) => this.rejectUnknown(client, type),
  };
  readonly #pairs = new PatchPairs(this.services.config.PAIR_PATCHES_FROM);
  readonly #steering = new Map<string, Steering>();
  /** Seats whose players enter with the next step, and where. */
  readonly #arriving = new Map<Seat, Place & Partial<Pick<Player, "cooldownTicks" | "facing">>>();
  readonly #random = createRandom(Date.now());

  override async onCreate(request: RoomRequest): Promise<void> {
    await this.openSeats(request);
    const { settings } = this;
    this.metadata = this.#listing();
    this.state.title = settings.title;
    this.state.locked = settings.locked;
    this.setFixedTimestep((context) => {
      const began = performance.now();
      this.#tick(context);
      this.services.metrics.ticked(performance.now() - began);
    }, TICK_HZ);
    // No timer of its own: one patch per step, right after it. Courses are counted in patches.
    this.patchRate = null;
    if (settings.private) void this.setPrivate(true);
    this.log.info({ event: "room_opened", code: settings.code, private: settings.private }, "room opened");
  }

  /** The framework's own choice, when it takes over the state, is one that keeps full states for too long. */
  override setSerializer(): void {
    super.setSerializer(
      new CourseSerializer<PlazaState>((kind, bytes) => this.services.metrics.stateSent(kind, bytes)),
    );
  }

  override onDispose(): Promise<void> | void {
    this.#pairs.release();
    return super.onDispose();
  }

  override checkFrame(client: Client, frame: Uint8Array): Refusal | undefined {
    const refusal = super.checkFrame(client, frame);
    if (refusal || frameKind(frame) !== Protocol.ROOM_INPUT_RELIABLE) return refusal;
    // No modifier either: they stamp inputs for rooms that rewind, which this one does not.
    if (frame[0] !== Protocol.ROOM_INPUT_RELIABLE || !isInputFrame(frame)) {
      return { reason: "session/bad_message", detail: { what: "input" } };
    }
    this.#steering.get(client.sessionId)?.budget.receive();
    return undefined;
  }

  // --- the step ---

  #tick({ dt }: StepContext): void {
    if (!this.isEnding) {
      this.#admit();
      for (const [sessionId, player] of this.state.players) this.#step(sessionId, player, dt);
    }
    for (const player of this.state.players.values()) plotCourse(player, player);
    this.#pairs.send(this.clients, () => this.broadcastPatch());
  }

  /** Players enter with a step, and so with a course: a full state in between shows nobody who is nowhere yet. */
  #admit(): void {
    for (const [seat, { x, y, cooldownTicks = 0, facing = Facing.SOUTH }] of this.#arriving) {
      const { name, publicId: guest, colour, hat, presence } = seat;
      const player = new Player({ name, guest, colour, hat, presence, x, y, cooldownTicks, facing });
      this.state.players.set(seat.sessionId, player);
    }
    this.#arriving.clear();
  }

  #step(sessionId: string, player: Player, dt: number): void {
    const steering = this.#steering.get(sessionId);
    const seat = this.seats.get(sessionId);
    if (!steering || !seat) return;
    const { budget, truth } = steering;
    const queue = this.inputs.get(sessionId);
    truth.beforeStep(player);
    const inputs = budget.take(queue, takesInput(player.presence));
    for (const input of inputs) stepMover(player, input, dt, PLAZA_MAP);
    const { dropped, refused } = budget.counts;
    // Before the patch that acknowledges these inputs: both ends of the socket keep the order.
    if (truth.afterStep(player, dropped + refused) && !seat.release) {
      seat.client.send("world:truth", writeTruth(queue.consumedCount, player));
    }
    if (budget.isFlooding()) this.endSeat(seat, { reason: "session/input_flood" });
  }

  // --- seats become players ---

  protected override onSeated(seat: Seat, takenFrom: Seat | undefined, kept: KeptPlayer | undefined): void {
    const older = takenFrom && this.state.players.get(takenFrom.sessionId);
    const body = readKept(Body, kept?.body, "place of a player", this.log);
    this.#arriving.set(seat, older ?? body ?? pick(PLAZA_MAP.spawns, this.#random));
    // Whoever takes their own seat again goes on as they were: no new burst, and no new dash.
    const credit = takenFrom ? this.#steering.get(takenFrom.sessionId)?.budget.credit : body?.credit;
    const budget = new InputBudget(this.services.config.INPUT_BUFFER, isIdle, credit);
    this.#steering.set(seat.sessionId, { budget, truth: new OwnerTruth() });
    this.plugins.leader.seated(seat, takenFrom);
    if (!takenFrom && !kept && !seat.wasHere) this.plugins.chat.announce({ kind: "joined", name: seat.name });
  }

  override bodyOf(seat: Seat): Body | undefined {
    const { x, y, facing, cooldownTicks } = this.state.players.get(seat.sessionId) ?? {};
    const credit = this.#steering.get(seat.sessionId)?.budget.credit;
    // Not in the state yet: then they come in like anybody who has just come.
    return x === undefined ? undefined : Body.parse({ x, y, facing, cooldownTicks, credit });
  }

  override keep() {
    return { leader: this.plugins.leader.keep(), chat: this.plugins.chat.keep() };
  }

  override restore({ leader, chat }: Pick<KeptRoom, "leader" | "chat">): void {
    this.plugins.leader.restore(leader);
    this.plugins.chat.restore(chat);
  }

  override onAwaited(): void {
    this.setMatchmaking({ metadata: this.#listing() }).catch((error: unknown) => {
      this.log.error({ event: "exception", method: "onAwaited", err: error }, "listing failed");
    });
  }

  override onAwaitedGone(): void {
    this.#announceLeader(this.plugins.leader.awaitedGone());
  }

  override awaitLeader(guestId: string): void {
    this.#announceLeader(this.plugins.leader.restore(guestId));
  }

  #announceLeader(leader: Seat | undefined): void {
    if (leader) this.plugins.chat.announce({ kind: "leads", name: leader.name });
  }

  protected override onCorrected(): void {
    this.state.title = this.settings.title;
    this.state.locked = this.settings.locked;
    this.onAwaited();
  }

  protected override onGreeted(seat: Seat): void {
    const steering = this.#steering.get(seat.sessionId);
    steering?.budget.reset();
    steering?.truth.forget();
    this.plugins.chat.sendHistory(seat.client);
    this.greetWithMove(seat.client);
  }

  protected override onPresence(seat: Seat, from: Presence): void {
    // There is none yet in the tick in which the seat was given.
    const player = this.state.players.get(seat.sessionId);
    if (player) player.presence = seat.presence;
    if (seat.presence === Presence.RECONNECTING) {
      // Nobody walks on while nobody steers.
      if (player) Object.assign(player, { motion: Motion.IDLE, dashTicks: 0 });
      this.plugins.chat.announce({ kind: "dropped", name: seat.name });
    } else if (from === Presence.RECONNECTING) {
      this.plugins.chat.announce({ kind: "returned", name: seat.name });
    }
  }

  protected override onRenamed(seat: Seat, from: string): void {
    const player = this.state.players.get(seat.sessionId);
    if (player) player.name = seat.name;
    this.plugins.chat.announce({ kind: "renamed", name: from, newName: seat.name });
  }

  protected override onUnseated(seat: Seat, cause: LeaveCause): void {
    const { sessionId, name } = seat;
    const budget = this.#steering.get(sessionId)?.budget;
    if (budget) this.services.metrics.inputsTaken(budget.report());
    this.#steering.delete(sessionId);
    this.#arriving.delete(seat);
    const player = this.state.players.get(sessionId);
    if (player) player.presence = Presence.LEAVING;
    this.clock.setTimeout(() => this.state.players.delete(sessionId), LEAVING_MS);
    const replacedHere = cause === "replaced" && this.#isHere(seat);
    if (!replacedHere) this.plugins.chat.announceLeave(name, cause);
    this.#announceLeader(this.plugins.leader.unseated(seat));
  }

  override reportCounts(): void {
    for (const { budget } of this.#steering.values()) this.services.metrics.inputsTaken(budget.report());
  }

  override announce(text: string): void {
    this.plugins.chat.announce({ kind: "announced", text });
  }

  /** Inputs of one player by their fate, for tests and operators. */
  inputCounts(sessionId: string) {
    return this.#steering.get(sessionId)?.budget.counts;
  }

  // --- what the plugins ask ---

  get leader(): string {
    return this.state.leader;
  }
  set leader(sessionId: string) {
    this.state.leader = sessionId;
  }

  async onConfigured(): Promise<void> {
    this.state.title = this.settings.title;
    this.state.locked = this.settings.locked;
    this.onChanged();
    await this.setMatchmaking({ metadata: this.#listing() });
  }

  chatAuthor(client: Client): ChatAuthor | undefined {
    const seat = this.seats.get(client.sessionId);
    return seat?.approved ? authorOf(seat) : undefined;
  }

  chatListener(name: string): { client: Client; author: ChatAuthor } | undefined {
    const seat = this.seatByName(name);
    // While a seat is held there is no socket: a whisper would be lost without a word.
    return seat && !seat.release ? { client: seat.client, author: authorOf(seat) } : undefined;
  }

  #isHere({ guestId }: Seat): boolean {
    return [...this.seats.values()].some((seat) => seat.guestId === guestId && seat.approved);
  }

  #listing(): RoomMetadata {
    const { code, title, locked, passwordHash } = this.settings;
    const password = passwordHash !== undefined;
    const awaited = this.awaitedCount;
    return { code, title, map: PLAZA_MAP_NAME, locked, password, awaited, protocol: PROTOCOL_VERSION };
  }
}

function authorOf({ sessionId, publicId, name, colour }: Seat): ChatAuthor {
  return { sessionId, guest: publicId, name, colour };
}

/** Stops compiling when the contract names a message that nothing here handles. */
export type Handled = AssertNever<Unhandled<PlazaContract, PlazaRoom>>;
