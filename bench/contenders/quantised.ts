import { t } from "@colyseus/schema";
import { POSITION_BITS, POSITION_MAX } from "./positions.ts";
import { startTextbookRoom } from "./textbookServer.ts";

/** The textbook's room with two bytes a coordinate. */
export const start = startTextbookRoom(() => t.quantized({ min: 0, max: POSITION_MAX, bits: POSITION_BITS }));
