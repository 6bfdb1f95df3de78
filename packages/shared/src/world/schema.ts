import { type SchemaType, schema, t } from "@colyseus/schema";
import { Presence } from "../session/presence.ts";
import { Facing, Motion } from "./movement.ts";

/** What a player's controls say for one tick. Held keys only: no time, no sequence, no target. */
export const MoveInput = schema(
  {
    dx: t.int8<-1 | 0 | 1>().default(0),
    dy: t.int8<-1 | 0 | 1>().default(0),
    dash: t.uint8<0 | 1>().default(0),
  },
  "MoveInput",
);
export type MoveInput = SchemaType<typeof MoveInput>;

/**
 * A player as everybody sees them. The fields of `Mover` are reconciled: the client predicts them with the
 * same step and must find the very same numbers, so they travel exactly (float32 holds every multiple of
 * 1/32, see tuning).
 */
export const Player = schema(
  {
    name: t.string(),
    /** Short public id of the guest: who to mute, whoever they call themselves. */
    guest: t.string(),
    colour: t.uint8().default(0),
    hat: t.uint8().default(0),
    presence: t.uint8().default(Presence.LOADING),
    x: t.float32().default(0),
    y: t.float32().default(0),
    facing: t.uint8().default(Facing.SOUTH),
    motion: t.uint8().default(Motion.IDLE),
    dashTicks: t.uint8().default(0),
    cooldownTicks: t.uint8().default(0),
  },
  "Player",
);
export type Player = SchemaType<typeof Player>;

export const PlazaState = schema(
  {
    title: t.string().default(""),
    locked: t.boolean().default(false),
    /** Session id of the player who may kick, rename and lock. */
    leader: t.string().default(""),
    players: t.map(Player),
  },
  "PlazaState",
);
export type PlazaState = SchemaType<typeof PlazaState>;

/** The fields that {@link stepMover} reads and writes: what the client's reconciler mirrors. */
export const MOVER_FIELDS = ["x", "y", "facing", "motion", "dashTicks", "cooldownTicks"] as const;
