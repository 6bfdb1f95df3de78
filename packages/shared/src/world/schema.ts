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
 * A player. The room moves `x` and `y` and the other fields without sync with the shared step and keeps them to itself:
 * others are told of changes of course (see course), the owner's client steps the same inputs (see truth).
 */
export const Player = schema(
  {
    name: t.string(),
    /** Short public id of the guest: who to mute, whoever they call themselves. */
    guest: t.string(),
    colour: t.uint8().default(0),
    hat: t.uint8().default(0),
    presence: t.uint8().default(Presence.LOADING),
    facing: t.uint8().default(Facing.SOUTH),
    motion: t.uint8().default(Motion.IDLE),

    /** Only with the full state: whoever is there already follows the steps. */
    courseX: t.float32().default(0).fullStateOnly(),
    courseY: t.float32().default(0).fullStateOnly(),
    stepX: t.number().default(0),
    stepY: t.number().default(0),

    trueX: t.float32().default(0).noSync(),
    trueY: t.float32().default(0).noSync(),
    isLanding: t.boolean().default(false).noSync(),
    x: t.float32().default(0).noSync(),
    y: t.float32().default(0).noSync(),
    dashTicks: t.uint8().default(0).noSync(),
    cooldownTicks: t.uint8().default(0).noSync(),
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
