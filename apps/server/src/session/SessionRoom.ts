import type { Client, RoomException, RoomMethodName, RoomOptions } from "@colyseus/core";
import type { LeaveCause } from "@tagalong/shared/chat/protocol.ts";
import { cleanName, foldName } from "@tagalong/shared/session/names.ts";
import { canChangePresence, Presence, presenceName } from "@tagalong/shared/session/presence.ts";
import { PROTOCOL_VERSION, SESSION_MESSAGES, type Welcome } from "@tagalong/shared/session/protocol.ts";
import { closeCodeOf, encodeRefusal, isNetworkDrop, type Refusal } from "@tagalong/shared/session/reasons.ts";
import { message } from "../contract.ts";
import { type RoomRequest, RoomSettings } from "../lobby/settings.ts";
import type { Ticket } from "../lobby/Tickets.ts";
import type { PersonHere, Removal } from "../ops/operable.ts";
import { type Approved, checkVersion, refusedError } from "./approval.ts";
import { BaseRoom } from "./BaseRoom.ts";
import { fullnessOf } from "./capacity.ts";
import { checkEntry, checkNameAmong, ticketOf } from "./entry.ts";
import { CODE_TAKEN, Handover, type HandoverHost } from "./Handover.ts";
import type { KeptPlayer, KeptRoom } from "./KeptRoom.ts";
import { LastSeat, type LastSeatHost } from "./LastSeat.ts";
import { RoomTickets, type RoomTicketsHost } from "./RoomTickets.ts";
import { causeOf, endingOfClose, type Seat } from "./seat.ts";

/** So often in a minute a seat is held. The others read of each time, and no network is that bad. */
const HOLDS_MAX = 20;
const MINUTE_MS = 60_000;
/** So many fit into a ticket, which every welcome carries. */
const BANNED_MAX = 40;

/**
 * A room with seats. Approves names and passwords, keeps a seat through a lost connection, knows what the
 * others may see of it, and ends it for one stated reason. Knows nothing of worlds or rules: a room with a
 * world fills in the hooks below.
 */
export abstract class SessionRoom<T extends RoomOptions = RoomOptions>
  extends BaseRoom<T>
  implements HandoverHost, LastSeatHost, RoomTicketsHost
{
  readonly seats = new Map<string, Seat>();
  settings!: RoomSettings;
  readonly #handover = new Handover(this);
  readonly #lastSeat = new LastSeat(this);
  readonly #tickets = new RoomTickets(this);
  /** Sessions whose token is being used by another socket: the old one ends as replaced. */
  readonly #takenOver = new Set<string>();
  /** Sockets whose greeting was answered. */
  readonly #greeted = new WeakSet<Client>();
  /** Nobody has come yet, and there is time left to. */
  #awaitsFirst = false;

  // --- hooks ---

  /**
   * The seat is approved: put a player into the state. `takenFrom` is the same guest's older seat here; `kept` is the
   * player as they were when the room was handed on, and then nobody has come: they were here all the time.
   */
  protected abstract onSeated(seat: Seat, takenFrom: Seat | undefined, kept: KeptPlayer | undefined): void;
  /** How many seats are kept for others than those who sit here. */
  protected get awaitedCount(): number {
    return this.#handover.isReturning ? this.settings.maxPlayers : this.#handover.awaited.size;
  }
  // Asked by `Handover`.
  abstract bodyOf(seat: Seat): unknown;
  abstract keep(): Pick<KeptRoom, "leader" | "chat">;
  abstract restore(kept: Pick<KeptRoom, "leader" | "chat">): void;
  abstract onAwaited(): void;
  abstract onAwaitedGone(): void;
  abstract awaitLeader(guestId: string): void;
  /** The settings became others than the room was opened with: show them. */
  protected abstract onCorrected(): void;
  /** A client greeted, for the first time or after a reconnect: send it what it cannot know from the state. */
  protected abstract onGreeted(seat: Seat): void;
  /** The presence of an approved seat changed: show it. */
  protected abstract onPresence(seat: Seat, from: Presence): void;
  protected abstract onRenamed(seat: Seat, from: string): void;
  /** The seat is given up: take the player out of the state. */
  protected abstract onUnseated(seat: Seat, cause: LeaveCause): void;

  /** Handlers of the messages in `SessionToServer`, to be spread into a room's `messages`. */
  protected sessionMessages() {
    return {
      "session:hello": message(
        SESSION_MESSAGES["session:hello"],
        (client, { protocol }, context) => {
          const seat = this.seats.get(client.sessionId);
          const mismatch = checkVersion(protocol);
          if (!seat || mismatch) {
            const refusal: Refusal = mismatch ?? { reason: "session/seat_expired" };
            this.closeSession(client, refusal);
            return context.reject(encodeRefusal(refusal));
          }
          this.#approve(seat);
          // Once per socket: the history is by far the largest answer that one small frame could ask for.
          if (!this.#greeted.has(client)) this.onGreeted(seat);
          this.#greeted.add(client);
          return this.#welcome(seat);
        },
        { beforeApproval: true },
      ),
      "session:ready": message(SESSION_MESSAGES["session:ready"], (client) => {
        const seat = this.seats.get(client.sessionId);
        if (seat?.presence === Presence.LOADING) this.#setPresence(seat, Presence.ACTIVE);
      }),
      "session:away": message(SESSION_MESSAGES["session:away"], (client, { away }) => {
        const seat = this.seats.get(client.sessionId);
        const to = away ? Presence.AWAY : Presence.ACTIVE;
        // A player who is still loading and hides the tab stays loading: there is nobody to be away yet.
        if (seat && seat.presence !== Presence.LOADING) this.#setPresence(seat, to);
      }),
      "session:rename": message(
        SESSION_MESSAGES["session:rename"],
        async (client, { name: typed }, context) => {
          const seat = this.seats.get(client.sessionId);
          const waitMs = await this.services.limits.chat.take(client.sessionId);
          if (!seat) return undefined;
          const name = cleanName(typed);
          const refusal: Refusal | undefined =
            waitMs > 0
              ? { reason: "chat/too_fast", detail: { retryMs: String(waitMs) } }
              : this.#checkNameHere(name, seat.guestId);
          if (refusal) return this.refuse(client, context, refusal);
          const from = seat.name;
          seat.name = name;
          if (from !== name) this.onRenamed(seat, from);
          return { name };
        },
      ),
    };
  }

  override logFields(client: Client): Record<string, unknown> {
    return { sessionId: client.sessionId, player: this.seats.get(client.sessionId)?.name };
  }

  override isApproved(client: Client): boolean {
    return this.seats.get(client.sessionId)?.approved === true;
  }

  isGreeted(client: Client): boolean {
    return this.#greeted.has(client);
  }

  override awaitsBack(sessionId: string): boolean {
    // The framework hands no list of them out.
    const reserved: Record<string, [options: unknown, auth?: Approved]> = Reflect.get(this, "_reservedSeats");
    const approved = reserved[sessionId]?.[1];
    return approved !== undefined && ticketOf(this.services, this.settings, approved) !== undefined;
  }

  override *presences(): Iterable<Presence> {
    for (const { approved, presence } of this.seats.values()) if (approved) yield presence;
  }

  override peopleHere(withAddresses: boolean): PersonHere[] {
    return [...this.seats.values()]
      .filter(({ approved }) => approved)
      .map(({ sessionId, publicId, name, presence, since, address }) => {
        const person = { sessionId, guest: publicId, name, presence: presenceName(presence), since };
        return withAddresses ? { ...person, address } : person;
      });
  }

  override removePerson(sessionId: string, ban: boolean): Removal {
    const seat = this.seats.get(sessionId);
    if (!seat || seat.ending) return "gone";
    if (ban) this.ban(seat.guestId);
    this.endSeat(seat, { reason: "session/removed" });
    return ban ? "banned" : "removed";
  }

  /** The seat of an approved player, by the name they go by. */
  seatByName(name: string): Seat | undefined {
    const key = foldName(cleanName(name));
    for (const seat of this.seats.values()) {
      if (seat.approved && foldName(seat.name) === key) return seat;
    }
    return undefined;
  }

  /** Never let this guest into the room again. */
  ban(guestId: string): void {
    this.settings.banned = [...this.settings.banned, guestId].slice(-BANNED_MAX);
    this.onChanged();
  }

  /** This guest leads now. */
  noteLeader(guestId: string): void {
    if (this.settings.leader === guestId) return;
    this.settings.leader = guestId;
    this.onChanged();
  }

  /** The settings have changed: whoever opens this room again opens it as it is now. */
  protected onChanged(): void {
    this.settings.revision += 1;
    this.#tickets.renew();
  }

  /** A newer ticket says how the room was last. */
  #correct({ title, locked, banned, leader, revision }: Ticket): void {
    this.log.info({ event: "room_corrected", revision }, "a newer ticket says how the room was last");
    const newest = Math.max(revision, this.settings.revision);
    // Where the same one leads, they are rightly led here: whom they kicked meanwhile stays out.
    const kicked = this.settings.leader === leader ? this.settings.banned : [];
    const out = [...new Set([...banned, ...kicked])].slice(-BANNED_MAX);
    Object.assign(this.settings, { title, locked, banned: out, leader, revision: newest });
    this.onChanged();
    this.onCorrected();
    // First of all who leads: nobody else is to inherit it from those who go.
    this.#handover.awaitLeader(leader);
    for (const seat of this.seats.values()) {
      if (banned.includes(seat.guestId)) this.endSeat(seat, { reason: "lobby/kicked" });
    }
  }

  /** End a seat, connected or held. The one path for kicks, replaced guests and timeouts. */
  endSeat(seat: Seat, refusal: Refusal): void {
    if (seat.ending) return;
    seat.ending = refusal.reason;
    if (seat.release) seat.release(refusal);
    else this.closeSession(seat.client, refusal);
  }

  // --- lifecycle, called by the framework ---

  /** Throws `CODE_TAKEN`, or a refusal when the process has been stopped meanwhile. */
  protected async openSeats({ isNew, openedFrom, ...settings }: RoomRequest): Promise<void> {
    const { config, cluster } = this.services;
    // Whoever stops waits for it, and hands it on.
    BaseRoom.opening.add(this);
    // But no longer: the list of what is handed on is made by then, and another process will be asked.
    if (cluster.stage === "stopped") throw refusedError({ reason: "server/unavailable" });
    const kept = await this.#handover.take(settings.code, isNew);
    this.settings = kept?.settings ?? RoomSettings.parse(settings);
    // What was kept is newer than any ticket.
    this.#tickets.begin(kept ? undefined : openedFrom);
    this.maxClients = Math.min(this.settings.maxPlayers, config.ROOM_MAX_PLAYERS);
    this.seatReservationTimeout = config.APPROVAL_TIMEOUT_MS / 1_000;
    if (kept) this.#handover.resume(kept);
    else {
      this.#awaitFirst();
      if (!isNew) this.#handover.reopen(this.settings);
    }
    this.watchClients();
    this.#lastSeat.listen();
  }

  /**
   * Whoever opened the room is on the way here. Until they come, or their time is over, nobody who comes in vain ends it.
   *
   * The framework counts the time that an empty room has from before it is opened. Where that had to wait for Redis it
   * is over by then, whoever asked has gone, and nobody would ever come. Switching it on anew counts again.
   */
  #awaitFirst(): void {
    this.#awaitsFirst = true;
    this.clock.setTimeout(() => {
      this.#awaitsFirst = false;
      this.autoDispose = false;
      this.autoDispose = true;
    }, this.services.config.APPROVAL_TIMEOUT_MS);
  }

  override onListed(): void {
    this.#handover.onListed();
  }

  /** The room goes on elsewhere, and its players are told so. */
  override async handOn(): Promise<void> {
    if (this.isEnding) return;
    // No step may move what is being written down.
    this.isEnding = true;
    const reason = await this.#handover.handOn();
    // Also of whoever has no connection to be closed right now.
    for (const seat of this.seats.values()) seat.ending ??= reason;
    this.closeRoom(reason);
  }

  override onUncaughtException(error: RoomException, method: RoomMethodName): void {
    const { cause } = error;
    // Two processes may open a room again at once: one of them does.
    if (method === "onCreate" && cause instanceof Error && cause.message === CODE_TAKEN) return;
    super.onUncaughtException(error, method);
  }

  override onDispose(): Promise<void> | void {
    BaseRoom.opening.delete(this);
    const released = this.#handover.release();
    // Never opened: another room had its code, or Redis went away.
    if (!this.settings) return released;
    this.#lastSeat.close();
    this.log.info({ event: "room_closed", code: this.settings.code }, "room closed");
    return released;
  }

  /** What only the room can say about a join. A throw refuses it before anything of the room is sent. */
  override async onJoin(client: Client, _options: unknown, auth?: Approved): Promise<void> {
    const approved = auth ?? this.refuseJoin(client, { reason: "session/token_invalid" });
    const { guestId, publicId, address, name, options, requestId } = approved;
    const ticket = ticketOf(this.services, this.settings, approved);
    if (ticket && this.#tickets.learnFrom(ticket)) this.#correct(ticket);
    const refusal =
      // Also of whoever was let in by the process of another version.
      checkVersion(options.protocol) ??
      fullnessOf(this.services, { comesBack: ticket !== undefined }) ??
      (await checkEntry(this.services, this, this.#handover, approved, ticket !== undefined));
    if (refusal) this.refuseJoin(client, refusal);
    // The socket may have closed while a password was being checked; names may have been taken.
    const kept = this.#handover.awaited.get(guestId);
    const taken = kept ? undefined : this.#checkNameHere(name ?? "", guestId);
    if (taken) this.refuseJoin(client, taken);
    const seat: Seat = {
      sessionId: client.sessionId,
      guestId,
      publicId,
      address,
      since: Date.now(),
      colour: kept?.colour ?? options.colour ?? 0,
      hat: kept?.hat ?? options.hat ?? 0,
      wasHere: ticket !== undefined && this.#tickets.bringsBack(ticket),
      name: kept?.name ?? name ?? "",
      client,
      approved: false,
      presence: Presence.LOADING,
      presenceBefore: Presence.LOADING,
      release: undefined,
      holds: [],
      ending: undefined,
    };
    this.seats.set(client.sessionId, seat);
    this.log.info({ event: "connect", ...this.logFields(client), address, requestId }, "connected");
    this.clock.setTimeout(() => {
      if (this.seats.get(seat.sessionId) === seat && !seat.approved) {
        this.endSeat(seat, { reason: "session/approval_timeout" });
      }
    }, this.services.config.APPROVAL_TIMEOUT_MS);
  }

  override onDrop(client: Client, code?: number): void {
    const seat = this.seats.get(client.sessionId);
    if (!seat) return;
    const takenOver = this.#takenOver.delete(client.sessionId);
    if (takenOver) this.#tellReplaced(client);
    const closing = this.closingReason(client) ?? seat.ending;
    const lost = takenOver || isNetworkDrop(code);
    if (closing || !lost || !seat.approved) {
      seat.ending ??= closing ?? endingOfClose(code);
      // The framework or the socket closed it, for what it could not read: counted here, where we hear of it.
      if (!closing && seat.ending !== "session/connection_lost" && seat.ending !== "session/left") {
        this.services.metrics.refused(seat.ending);
      }
      return;
    }
    if (this.#isHeldTooOften(seat)) {
      seat.ending = "session/too_many_requests";
      this.services.metrics.refused(seat.ending);
      return;
    }
    seat.presenceBefore = seat.presence;
    this.#setPresence(seat, Presence.RECONNECTING);
    this.services.metrics.drops.inc();
    this.log.info({ event: "drop", ...this.logFields(client), code }, "connection lost, seat held");
    // The room's own timer, not the framework's: that one would outlive a seat that is released early.
    const hold = this.allowReconnection(client, "manual");
    const expiry = this.clock.setTimeout(
      () => hold.reject(new Error("the hold ran out")),
      this.services.config.SEAT_HOLD_SECONDS * 1_000,
    );
    seat.release = (refusal) => {
      this.services.metrics.refused(refusal.reason);
      hold.reject(new Error(refusal.reason));
    };
    hold.then(
      () => expiry.clear(),
      // `onLeave` follows and tells a hold that ran out from a seat that was released.
      (error: unknown) => {
        expiry.clear();
        this.log.debug({ event: "hold_ended", ...this.logFields(client), err: error }, "hold ended");
      },
    );
  }

  #isHeldTooOften(seat: Seat): boolean {
    const now = this.clock.elapsedTime;
    seat.holds = [...seat.holds.filter((at) => now - at < MINUTE_MS), now];
    return seat.holds.length > HOLDS_MAX;
  }

  override onReconnect(client: Client): void {
    const seat = this.seats.get(client.sessionId);
    if (!seat) return;
    seat.client = client;
    seat.release = undefined;
    this.services.metrics.reconnects.inc();
    this.log.info({ event: "reconnect", ...this.logFields(client) }, "reconnected");
    const here = seat.presenceBefore === Presence.LOADING ? Presence.LOADING : Presence.ACTIVE;
    this.#setPresence(seat, here);
  }

  override onLeave(client: Client, code?: number): void {
    const seat = this.seats.get(client.sessionId);
    // Also called for whoever was refused, right before the framework ends a room that is empty.
    if (this.#awaitsFirst) this.autoDispose = false;
    if (!seat) return;
    this.seats.delete(client.sessionId);
    const cause = causeOf(seat, code);
    const event = {
      left: "leave",
      timeout: "timeout",
      kicked: "kick",
      replaced: "leave",
      removed: "leave",
      moved: "leave",
    }[cause];
    this.log.info({ event, sessionId: seat.sessionId, player: seat.name, cause, reason: seat.ending }, cause);
    if (!seat.approved) return;
    this.services.metrics.leaves.inc({ cause });
    this.onUnseated(seat, cause);
  }

  /** Asked before a reconnection: an old socket that still seems open is closed in favour of the new one. */
  override checkReconnectionToken(token: string): string {
    const open = this.clients.find((client) => client.reconnectionToken === token);
    if (open) this.#takenOver.add(open.sessionId);
    return super.checkReconnectionToken(token);
  }

  // --- approval ---

  #checkNameHere(name: string, guestId: string): Refusal | undefined {
    return checkNameAmong(name, guestId, [...this.seats.values(), ...this.#handover.awaited.values()]);
  }

  #approve(seat: Seat): void {
    // A reconnected client greets again: it has its player already.
    if (seat.approved) return;
    seat.approved = true;
    if (this.#awaitsFirst) {
      this.#awaitsFirst = false;
      this.autoDispose = true;
    }
    const older = [...this.seats.values()].find(
      (other) => other !== seat && other.guestId === seat.guestId && other.approved,
    );
    this.services.metrics.joins.inc();
    this.log.info({ event: "join", ...this.logFields(seat.client) }, "joined");
    const kept = this.#handover.arrive(seat.guestId);
    this.onSeated(seat, older, kept);
    if (kept) this.onAwaited();
    void this.#lastSeat.tell(seat);
    this.clock.setTimeout(() => {
      if (this.seats.get(seat.sessionId) === seat && seat.presence === Presence.LOADING && !seat.release) {
        this.endSeat(seat, { reason: "session/loading_timeout" });
      }
    }, this.services.config.LOADING_TIMEOUT_MS);
  }

  #welcome(seat: Seat): Welcome {
    const { config } = this.services;
    const { code, title } = this.settings;
    return {
      sessionId: seat.sessionId,
      name: seat.name,
      room: { id: this.roomId, code, title },
      serverTime: Date.now(),
      protocol: PROTOCOL_VERSION,
      build: config.BUILD_ID,
      seatHoldSeconds: config.SEAT_HOLD_SECONDS,
      roomTicket: this.#tickets.for(seat.guestId),
    };
  }

  #setPresence(seat: Seat, to: Presence): void {
    if (!canChangePresence(seat.presence, to)) return;
    const from = seat.presence;
    seat.presence = to;
    if (seat.approved) this.onPresence(seat, from);
  }

  /** The framework would close the old socket without a word. The first close frame wins: this one. */
  #tellReplaced(client: Client): void {
    const reason = "session/replaced";
    this.services.metrics.refused(reason);
    client.leave(closeCodeOf(reason), reason);
  }
}
