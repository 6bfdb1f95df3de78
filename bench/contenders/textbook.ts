import { t } from "@colyseus/schema";
import { startTextbookRoom } from "./textbookServer.ts";

/** Fields of the type `number`, as the tutorials have them. */
export const start = startTextbookRoom(() => t.number());
