import { matchMaker } from "@colyseus/core";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import type { Services } from "../services.ts";

/**
 * Of what a process may have, so much more are taken of those who come back: when another process goes, its players are
 * not to lose their rooms because strangers were here first.
 */
const SPARE = 1 / 4;

interface Comer {
  /** Where they want to. */
  readonly processId?: string;
  /** They were in the room before, and have its ticket. */
  readonly comesBack?: boolean;
}

/**
 * Why nobody more gets into the rooms of a process: it has as many as it can carry. Exact for this process; of another
 * one as it was half a second ago, so each asks for itself once more.
 */
export function fullnessOf(
  { config, cluster }: Pick<Services, "config" | "cluster">,
  { processId = matchMaker.processId, comesBack = false }: Comer = {},
): Refusal | undefined {
  const other =
    processId === matchMaker.processId
      ? undefined
      : cluster.members.find((member) => member.processId === processId);
  const players = processId === matchMaker.processId ? matchMaker.stats.local.ccu : (other?.players ?? 0);
  const max = other?.capacity ?? config.MAX_CONNECTIONS;
  if (players < (comesBack ? Math.floor(max * (1 + SPARE)) : max)) return undefined;
  return { reason: "session/server_full", detail: { players: String(players), max: String(max) } };
}
