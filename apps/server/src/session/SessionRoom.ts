import { type Client, CloseCode, type RoomOptions } from "@colyseus/core";
import type { LeaveCause } from "@tagalong/shared/chat/protocol.ts";
import { checkName, cleanName, foldName, suggestName } from "@tagalong/shared/session/names.ts";
import { canChangePresence, Presence } from "@tagalong/shared/session/presence.ts";
import { PROTOCOL_VERSION, SESSION_MESSAGES, type Welcome } from "@tagalong/shared/session/protocol.ts";
import {
  closeCodeOf,
  encodeRefusal,
  isNetworkDrop,
  type Reason,
  type Refusal,
  refusalOfClose,
} from "@tagalong/shared/session/reasons.ts";
import { message } from "../contract.ts";
import { verifyPassword } from "../lobby/passwords.ts";
import type { RoomSettings } from "../lobby/settings.ts";
import { type Approved, refusedError } from "./approval.ts";
import { BaseRoom } from "./BaseRoom.ts";

/** One guest's membership of one room, from the approved join until it is given up or runs out. */
export interface Seat {
  readonly sessionId: string;
  readonly guestId: string;
  readonly publicId: string;
  readonly address: string;
  readonly colour: number;
  readonly hat: number;
  name: string;
  /** The current socket; the old one while dropped. */
  client: Client;
  /** Its greeting arrived: there is a player. */
  approved: boolean;
  /** What the others see, also while it is not in the state yet. */
  presence: Presence;
  /** Presence before the drop, to go back to. */
  presenceBefore: Presence;
  /** While the seat is held without a connection: gives it up. */
  release: ((refusal: Refusal) => void) | undefined;
  /** When it was held lately (ms of the room's clock). */
  holds: readonly number[];
  /** Why it ends, once that is known. */
  ending: Reason | undefined;
}

/** So often in a minute a seat is held. The others read of each time, and no network is that bad. */
const HOLDS_MAX = 20;
const MINUTE_MS = 60_000;
/** Tickets of a room that changes all the time are renewed this often. */
const RENEW_MS = 1_000;

/** So many fit into a ticket, which every welcome carries. */
const BANNED_MAX = 40;
/** Tells every room of every process that a guest took a seat: their older one anywhere ends. */
const SEATED_CHANNEL = "session:seated";
interface Seated {
  guestId: string;
  sessionId: string;
}

/**
 * A room with seats. Approves names and passwords, keeps a seat through a lost connection, knows what the
 * others may see of it, and ends it for one stated reason. Knows nothing of worlds or rules: a room with a
 * world fills in the hooks below.
 */
export abstract class SessionRoom<T extends RoomOptions = RoomOptions> extends BaseRoom<T> {
  readonly seats = new Map<string, Seat>();
  settings!: RoomSettings;
  /** Sessions whose token is being used by another socket: the old one ends as replaced. */
  readonly #takenOver = new Set<string>();
  /** Tickets were renewed a moment ago; `again` when there was a change since. */
  #renewal: { again: boolean } | undefined;
  /** Sockets whose greeting was answered. */
  readonly #greeted = new WeakSet<Client>();

  // --- hooks ---

  /** The seat is approved: put a player into the state. `takenFrom` is the same guest's older seat here. */
  protected abstract onSeated(seat: Seat, takenFrom: Seat | undefined): void;
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
          if (!seat || protocol !== PROTOCOL_VERSION) {
            const refusal: Refusal = { reason: "session/version_mismatch" };
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

  override *presences(): Iterable<Presence> {
    for (const { approved, presence } of this.seats.values()) if (approved) yield presence;
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
    this.renewTickets();
  }

  /**
   * After a change of the settings: whoever opens this room again opens it as it is now. At once, and then not
   * before a while: a ticket for everybody is much work for one small change.
   */
  protected renewTickets(): void {
    if (this.#renewal) {
      this.#renewal.again = true;
      return;
    }
    const renewal = { again: false };
    this.#renewal = renewal;
    this.clock.setTimeout(() => {
      this.#renewal = undefined;
      if (renewal.again) this.renewTickets();
    }, RENEW_MS);
    for (const { approved, release, client, guestId } of this.seats.values()) {
      if (!approved || release) continue;
      client.send("session:ticket", { ticket: this.services.tickets.seal(this.settings, guestId) });
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

  protected openSeats(settings: RoomSettings): void {
    const { config } = this.services;
    this.settings = settings;
    this.maxClients = Math.min(settings.maxPlayers, config.ROOM_MAX_PLAYERS);
    this.seatReservationTimeout = config.APPROVAL_TIMEOUT_MS / 1_000;
    this.watchClients();
    const onSeated = ({ guestId, sessionId }: Seated) => {
      for (const seat of this.seats.values()) {
        if (seat.guestId !== guestId || seat.sessionId === sessionId) continue;
        this.endSeat(seat, { reason: "session/replaced" });
      }
    };
    this.#seatedListener = onSeated;
    void this.presence.subscribe(SEATED_CHANNEL, onSeated);
  }

  #seatedListener: ((seated: Seated) => void) | undefined;

  override onDispose(): void {
    if (this.#seatedListener) void this.presence.unsubscribe(SEATED_CHANNEL, this.#seatedListener);
    this.services.codes.release(this.settings.code);
    this.log.info({ event: "room_closed", code: this.settings.code }, "room closed");
  }

  /** What only the room can say about a join. A throw refuses it before anything of the room is sent. */
  override async onJoin(client: Client, _options: unknown, auth?: Approved): Promise<void> {
    const approved = auth ?? this.#refuseJoin(client, { reason: "session/token_invalid" });
    const { guestId, publicId, address, name, options } = approved;
    const refusal = await this.#checkEntry(approved);
    if (refusal) this.#refuseJoin(client, refusal);
    // The socket may have closed while a password was being checked; names may have been taken.
    const taken = this.#checkNameHere(name ?? "", guestId);
    if (taken) this.#refuseJoin(client, taken);
    const seat: Seat = {
      sessionId: client.sessionId,
      guestId,
      publicId,
      address,
      colour: options.colour ?? 0,
      hat: options.hat ?? 0,
      name: name ?? "",
      client,
      approved: false,
      presence: Presence.LOADING,
      presenceBefore: Presence.LOADING,
      release: undefined,
      holds: [],
      ending: undefined,
    };
    this.seats.set(client.sessionId, seat);
    this.log.info({ event: "connect", ...this.logFields(client), address }, "connected");
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
    if (!seat) return;
    this.seats.delete(client.sessionId);
    const cause = causeOf(seat, code);
    const event = { left: "leave", timeout: "timeout", kicked: "kick", replaced: "leave", removed: "leave" }[
      cause
    ];
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

  async #checkEntry(approved: Approved): Promise<Refusal | undefined> {
    const { limits, tickets } = this.services;
    const { guestId, address, name, options } = approved;
    if (this.settings.banned.includes(guestId)) return { reason: "lobby/banned" };
    if (name === undefined) return { reason: "name/too_short" };
    const { passwordHash, code, locked, creator } = this.settings;
    const knownHere = [...this.seats.values()].some((seat) => seat.guestId === guestId);
    const ticket = tickets.open(options.ticket);
    const hasTicket = ticket?.code === code && ticket.guestId === guestId;
    if (knownHere || hasTicket || creator === guestId) return undefined;
    // The lock is asked here and not left to the matchmaker: whoever was in before comes back through it,
    // also into a room that was opened again, locked as it was, after a restart.
    if (locked) return { reason: "lobby/room_locked" };
    if (passwordHash === undefined) return undefined;
    if (!options.password) return { reason: "lobby/password_needed" };
    const key = `${this.roomId}:${address}`;
    // Counted before it is looked at, and given back when it was right: guesses that come all at once must not
    // slip past the limit while the first of them is still being hashed.
    const waitMs = await limits.passwords.take(key);
    if (waitMs > 0) return { reason: "lobby/too_many_attempts", detail: { retryMs: String(waitMs) } };
    if (!(await verifyPassword(options.password, passwordHash))) return { reason: "lobby/password_wrong" };
    await limits.passwords.giveBack(key);
    return undefined;
  }

  #checkNameHere(name: string, guestId: string): Refusal | undefined {
    const bad = checkName(name);
    if (bad) return { reason: bad };
    const isFree = (candidate: string) =>
      checkName(candidate) === undefined &&
      ![...this.seats.values()].some(
        (seat) => seat.guestId !== guestId && foldName(seat.name) === foldName(candidate),
      );
    if (isFree(name)) return undefined;
    return { reason: "name/taken", detail: { suggestion: suggestName(name, isFree) } };
  }

  #refuseJoin(client: Client, refusal: Refusal): never {
    this.services.metrics.refused(refusal.reason);
    this.log.info({ event: "refused", sessionId: client.sessionId, reason: refusal.reason }, "join refused");
    throw refusedError(refusal);
  }

  #approve(seat: Seat): void {
    // A reconnected client greets again: it has its player already.
    if (seat.approved) return;
    seat.approved = true;
    const older = [...this.seats.values()].find(
      (other) => other !== seat && other.guestId === seat.guestId && other.approved,
    );
    this.services.metrics.joins.inc();
    this.log.info({ event: "join", ...this.logFields(seat.client) }, "joined");
    this.onSeated(seat, older);
    const seated: Seated = { guestId: seat.guestId, sessionId: seat.sessionId };
    void this.presence.publish(SEATED_CHANNEL, seated);
    this.clock.setTimeout(() => {
      if (this.seats.get(seat.sessionId) === seat && seat.presence === Presence.LOADING && !seat.release) {
        this.endSeat(seat, { reason: "session/loading_timeout" });
      }
    }, this.services.config.LOADING_TIMEOUT_MS);
  }

  #welcome(seat: Seat): Welcome {
    const { config, tickets } = this.services;
    const { code, title } = this.settings;
    return {
      sessionId: seat.sessionId,
      name: seat.name,
      room: { id: this.roomId, code, title },
      serverTime: Date.now(),
      protocol: PROTOCOL_VERSION,
      build: config.BUILD_ID,
      seatHoldSeconds: config.SEAT_HOLD_SECONDS,
      roomTicket: tickets.seal(this.settings, seat.guestId),
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

/** Why a session ended that neither we nor a leave message closed. */
function endingOfClose(code: number | undefined): Reason {
  // A socket closed in good order, without the message: a page or a script that was shut down.
  if (code === CloseCode.NORMAL_CLOSURE) return "session/left";
  return refusalOfClose(code, undefined).reason;
}

function causeOf(seat: Seat, code: number | undefined): LeaveCause {
  switch (seat.ending) {
    case "session/left":
      return "left";
    case "lobby/kicked":
    case "session/input_flood":
    case "session/too_many_messages":
      return "kicked";
    case "session/replaced":
      return "replaced";
    case undefined:
      if (code === CloseCode.CONSENTED) return "left";
      return seat.presence === Presence.RECONNECTING ? "timeout" : "left";
    case "session/connection_lost":
      return "timeout";
    default:
      return "removed";
  }
}
