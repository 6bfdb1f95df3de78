import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { POSITION_STEPS_PER_UNIT } from "@tagalong/shared/world/tuning.ts";

/** Positions in two bytes are exact: whole position steps, for as long as the map has no more of them than that. */
export const POSITION_BITS = 16;
export const POSITION_MAX = (2 ** POSITION_BITS - 1) / POSITION_STEPS_PER_UNIT;

if (Math.max(PLAZA_MAP.width, PLAZA_MAP.height) > POSITION_MAX + 1) {
  throw new Error(`a map of ${PLAZA_MAP.width} x ${PLAZA_MAP.height} u does not fit into two bytes`);
}
