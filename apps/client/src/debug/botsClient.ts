/** Where the development server takes calls for bots. */
export const BOTS_PATH = "/dev/bots";
/** So many at once from one development server. */
export const BOTS_MAX = 50;

/** `POST`: call so many bots into the room of a code. `DELETE` sends all away. */
export interface BotsRequest {
  room: string;
  count: number;
  password?: string;
}

/** How the bots of one call stand: told by their process to the development server, at each change. */
export interface BotsMuster {
  wanted: number;
  playing: number;
  /** Gave up. */
  gone: number;
  /** Why the latest of them did: a sentence. */
  why?: string;
}

/**
 * What came of a call: how many of the `wanted` are `playing`, how many of all calls (`total`), and a sentence when some
 * stayed away; or a sentence on why there are none. Both come with status 200: a full room is no failed request.
 */
export type BotsAnswer =
  | { ok: true; playing: number; wanted: number; total: number; why?: string }
  | { ok: false; why: string };

const NOT_HERE = "Bots come only while developing, on the page of npm run dev.";

/** Call bots into a room. Resolves when each is in or has given up; never rejects. */
export function fillRoom(code: string, count: number, password?: string): Promise<BotsAnswer> {
  const request: BotsRequest = { room: code, count, ...(password === undefined ? {} : { password }) };
  return ask({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
}

/** Send all bots away that this development server has called. Resolves when they are gone; never rejects. */
export function sendBotsAway(): Promise<BotsAnswer> {
  return ask({ method: "DELETE" });
}

/** `15 of 20 bots are in. That room is full (16 of 16 players).` */
export function answerText(answer: BotsAnswer): string {
  if (!answer.ok) return answer.why;
  const { playing, wanted, total, why } = answer;
  if (total === 0) return "No bots.";
  const some = playing === wanted ? "" : `${playing} of `;
  const bots = wanted === 1 ? "1 bot is in" : `${some}${wanted} bots are in`;
  const more = total > playing ? `, ${total} in all` : "";
  return `${bots}${more}.${why === undefined ? "" : ` ${why}`}`;
}

async function ask(request: RequestInit): Promise<BotsAnswer> {
  try {
    const response = await fetch(BOTS_PATH, request);
    // Any other server answers this path in its own way.
    const isJson = response.headers.get("content-type")?.includes("json");
    const answer: BotsAnswer | { ok?: never } = isJson ? await response.json() : {};
    return answer.ok === undefined ? { ok: false, why: NOT_HERE } : answer;
  } catch (error) {
    return { ok: false, why: `The development server does not answer (${String(error)}).` };
  }
}
