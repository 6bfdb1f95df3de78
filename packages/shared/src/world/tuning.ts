/** The one tick: inputs, simulation steps and patches all happen this often. */
export const TICK_HZ = 30;
export const TICK_MS = 1000 / TICK_HZ;

/** World units are the map's pixels (u). Speeds are u/s. */
export const WALK_SPEED = 150;
export const DASH_SPEED = 420;
/** How long a dash lasts, and how long until the next one may begin (counted from its start). */
export const DASH_TICKS = 5;
export const DASH_COOLDOWN_TICKS = 36;

/** Half the size of the box that collides: a player's feet (u). */
export const BODY_HALF_WIDTH = 10;
export const BODY_HALF_HEIGHT = 7;

/** Positions are multiples of 1/32 u on both sides: exact in a float32 for any map up to 500,000 u. */
export const POSITION_STEPS_PER_UNIT = 32;

/** A jump longer than this is a teleport: drawn at once, never slid through (u). */
export const SNAP_DISTANCE = 120;

/**
 * Input credit: a player earns one input per tick, up to this many while silent, so that a stall of the
 * network costs nothing and a flood gains nothing beyond this burst.
 */
export const INPUT_CREDIT_MAX = 15;
/** How many queued inputs one tick may use while catching up. */
export const INPUTS_PER_TICK = 2;
/** With the credit used up, this many inputs may stay queued. When there are more, all are dropped: they only add lag. */
export const INPUT_BACKLOG_MAX = 3;

/** How long a player who left stays to play the quit animation. */
export const LEAVING_MS = 600;

/** How far in the past other players are drawn: two patch intervals and some room for jitter. */
export const INTERPOLATION_DELAY_MS = 100;
