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

/** How many are called by now, or why not, in words. */
export type BotsResponse = { bots: number } | { error: string };

export type BotsAnswer = { ok: true; bots: number } | { ok: false; refusal: string };

const NOT_HERE = "Bots come only while developing, on the page of npm run dev.";

/** Call bots into a room. Resolves when the first is in, or to why none is; never rejects. */
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

async function ask(request: RequestInit): Promise<BotsAnswer> {
  try {
    const response = await fetch(BOTS_PATH, request);
    // Any other server answers this path with a page of its own.
    if (!response.headers.get("content-type")?.includes("json")) return { ok: false, refusal: NOT_HERE };
    const answer: BotsResponse = await response.json();
    return "error" in answer ? { ok: false, refusal: answer.error } : { ok: true, bots: answer.bots };
  } catch (error) {
    return { ok: false, refusal: `The development server does not answer (${String(error)}).` };
  }
}
