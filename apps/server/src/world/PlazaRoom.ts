import { type Client, definePlugins, Protocol, type StepContext } from "@colyseus/core";
import type { ChatAuthor, LeaveCause } from "@tagalong/shared/chat/protocol.ts";
import { createRandom, pick } from "@tagalong/shared/lib/random.ts";
import type { RoomMetadata } from "@tagalong/shared/lobby/protocol.ts";
import { Presence, takesInput } from "@tagalong/shared/session/presence.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { Motion, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP, PLAZA_MAP_NAME } from "@tagalong/shared/world/plaza.ts";
import type { PlazaContract } from "@tagalong/shared/world/protocol.ts";
import { MoveInput, Player, PlazaState } from "@tagalong/shared/world/schema.ts";
import { LEAVING_MS, TICK_HZ, TICK_MS } from "@tagalong/shared/world/tuning.ts";
import { type ChatHost, ChatPlugin } from "../chat/ChatPlugin.ts";
import type { AssertNever, Unhandled } from "../contract.ts";
import { type LeaderHost, LeaderPlugin } from "../lobby/LeaderPlugin.ts";
import type { RoomSettings } from "../lobby/settings.ts";
import { frameKind } from "../session/BaseRoom.ts";
import { type Seat, SessionRoom } from "../session/SessionRoom.ts";
import { InputBudget } from "./InputBudget.ts";
import { createInputFrameCheck } from "./inputFrame.ts";

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
  readonly #budgets = new Map<string, InputBudget<MoveInput>>();
  readonly #random = createRandom(Date.now());

  override onCreate(settings: RoomSettings): void {
    this.openSeats(settings);
    this.metadata = this.#listing();
    this.state.title = settings.title;
    this.state.locked = settings.locked;
    this.setFixedTimestep((context) => this.#step(context), TICK_HZ);
    // Again after the timestep, so that the patch timer fires after the step instead of before it.
    this.patchRate = TICK_MS;
    if (settings.private) void this.setPrivate(true);
    this.log.info({ event: "room_opened", code: settings.code, private: settings.private }, "room opened");
  }

  override checkFrame(client: Client, frame: Uint8Array): Refusal | undefined {
    const refusal = super.checkFrame(client, frame);
    if (refusal || frameKind(frame) !== Protocol.ROOM_INPUT_RELIABLE) return refusal;
    // No modifier either: they stamp inputs for rooms that rewind, which this one does not.
    if (frame[0] !== Protocol.ROOM_INPUT_RELIABLE || !isInputFrame(frame)) {
      return { reason: "session/bad_message", detail: { what: "input" } };
    }
    this.#budgets.get(client.sessionId)?.receive();
    return undefined;
  }

  // --- the step ---

  #step({ dt }: StepContext): void {
    if (this.isEnding) return;
    for (const [sessionId, player] of this.state.players) {
      const budget = this.#budgets.get(sessionId);
      const seat = this.seats.get(sessionId);
      if (!budget || !seat) continue;
      const inputs = budget.take(this.inputs.get(sessionId), takesInput(player.presence));
      for (const input of inputs) stepMover(player, input, dt, PLAZA_MAP);
      if (budget.isFlooding()) this.endSeat(seat, { reason: "session/input_flood" });
    }
  }

  // --- seats become players ---

  protected override onSeated(seat: Seat, takenFrom: Seat | undefined): void {
    const older = takenFrom && this.state.players.get(takenFrom.sessionId);
    const spawn = older ?? pick(PLAZA_MAP.spawns, this.#random);
    const player = new Player({
      name: seat.name,
      guest: seat.publicId,
      colour: seat.colour,
      hat: seat.hat,
      presence: seat.presence,
      x: spawn.x,
      y: spawn.y,
    });
    this.state.players.set(seat.sessionId, player);
    this.#budgets.set(seat.sessionId, new InputBudget(this.services.config.INPUT_BUFFER));
    this.plugins.leader.seated(seat, takenFrom);
    if (!takenFrom) this.plugins.chat.announce({ kind: "joined", name: seat.name });
  }

  protected override onGreeted(seat: Seat): void {
    this.#budgets.get(seat.sessionId)?.reset();
    this.plugins.chat.sendHistory(seat.client);
  }

  protected override onPresence(seat: Seat, from: Presence): void {
    const player = this.state.players.get(seat.sessionId);
    if (!player) return;
    player.presence = seat.presence;
    if (seat.presence === Presence.RECONNECTING) {
      // Nobody walks on while nobody steers.
      player.motion = Motion.IDLE;
      player.dashTicks = 0;
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
    const counts = this.#budgets.get(sessionId)?.counts;
    this.#budgets.delete(sessionId);
    for (const [fate, count] of Object.entries(counts ?? {})) {
      this.services.metrics.inputs.inc({ fate }, count);
    }
    const player = this.state.players.get(sessionId);
    if (player) player.presence = Presence.LEAVING;
    this.clock.setTimeout(() => this.state.players.delete(sessionId), LEAVING_MS);
    const replacedHere = cause === "replaced" && this.#isHere(seat);
    if (!replacedHere) this.plugins.chat.announceLeave(name, cause);
    const leader = this.plugins.leader.unseated(seat);
    if (leader) this.plugins.chat.announce({ kind: "leads", name: leader.name });
  }

  /** Inputs of one player by their fate, for tests and operators. */
  inputCounts(sessionId: string) {
    return this.#budgets.get(sessionId)?.counts;
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
    this.renewTickets();
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
    return { code, title, map: PLAZA_MAP_NAME, locked, password: passwordHash !== undefined };
  }
}

function authorOf({ sessionId, publicId, name, colour }: Seat): ChatAuthor {
  return { sessionId, guest: publicId, name, colour };
}

type Handlers = PlazaRoom["messages"] & ChatPlugin["messages"] & LeaderPlugin["messages"];
/** Stops compiling when the contract names a message that nothing here handles. */
export type Handled = AssertNever<Unhandled<PlazaContract, Handlers>>;
