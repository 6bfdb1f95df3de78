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

/**
 * How far from the truth others may be drawn before a change of course is sent (u). Half a pixel is seen by nobody;
 * a larger one saves bytes only for movement that is never quite straight, such as an analogue stick's.
 */
export const COURSE_TOLERANCE = 0.5;

/** How often a client is told the exact state of its own player even when it must have it right already. */
export const TRUTH_AUDIT_TICKS = TICK_HZ;

/** A jump longer than this is a teleport: drawn at once, never slid through (u). */
export const SNAP_DISTANCE = 120;

/**
 * Input credit: a player earns one input per tick, up to this many while silent, so that a stall of the
 * network costs nothing and a flood gains nothing beyond this burst.
 */
export const INPUT_CREDIT_MAX = 15;
/** How many queued inputs one tick may use while catching up. */
export const INPUTS_PER_TICK = 2;
/**
 * How many inputs of an unsteady network are kept waiting, at most, so that the next late one leaves no gap: a player
 * whose inputs come in pairs still walks evenly. Each costs the others one tick of delay, and the player nothing.
 */
export const INPUT_RESERVE_MAX = 2;
/**
 * With more inputs than these waiting beyond the reserve, two are used in a tick: seen by the others as a leap. Fewer
 * wait until the player stands still, when nobody sees it.
 */
export const INPUT_SURPLUS_MAX = 3;
/** With the credit used up, this many inputs may stay queued. When there are more, all are dropped: they only add lag. */
export const INPUT_BACKLOG_MAX = 3;

/**
 * A client that has so many inputs under way hears nothing any more: it sends no others until it does. The server could
 * not use them, and all at once they would be taken for a flood. As many as the SDK keeps for a replay: two seconds.
 */
export const INPUTS_UNDER_WAY_MAX = 64;

/** How long a player who left stays to play the quit animation. */
export const LEAVING_MS = 600;

/** How far in the past other players are drawn: two patch intervals and some room for jitter. */
export const INTERPOLATION_DELAY_MS = 100;
/** When what is drawn is this far from where it should be in time, it jumps there instead of catching up (ms). */
export const PLAYOUT_SNAP_MS = 250;
