import { decodeRefusal, type Reason, type Refusal } from "@tagalong/shared/session/reasons.ts";

/** A refusal on its way to whoever shows it. */
export class RefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(refusal.reason, options);
    this.name = "RefusedError";
    this.refusal = refusal;
  }
}

/** Text storage that lasts: `localStorage`, `sessionStorage`, or a Map in tests and bots. */
export interface TextStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The in-memory {@link TextStore}, for bots, tests and browsers that allow no storage. */
export function createMemoryStore(): TextStore {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/**
 * What went wrong, as a refusal, whoever threw it: our own routes and rooms write the reason into the
 * message; the network throws a TypeError; a server that is going away answers with an empty body, which
 * does not parse.
 */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof RefusedError) return error.refusal;
  if (!(error instanceof Error)) return { reason: "session/internal_error" };
  // A request that a room rejected carries our text as its `reason`; everything else as its message.
  const refusal = decodeRefusal("reason" in error ? error.reason : error.message);
  if (refusal) return refusal;
  if (error instanceof SyntaxError) return { reason: "session/server_restarting" };
  const away =
    error.name === "MatchMakeError" && "code" in error ? awayReason(Number(error.code)) : undefined;
  if (away) return { reason: away };
  if (error.name === "TimeoutError") return { reason: "session/connect_timeout" };
  if (error.name === "AbortError") return { reason: "session/cancelled" };
  if (error instanceof TypeError || isSocketError(error)) {
    return { reason: "session/server_unreachable" };
  }
  return { reason: "session/internal_error", detail: { message: error.message.slice(0, 80) } };
}

/** What the status of an answer that is not our server's says about it: a proxy answers for one that is down. */
function awayReason(status: number): Reason | undefined {
  if (status === 503) return "session/server_restarting";
  return status === 502 || status === 504 ? "session/server_unreachable" : undefined;
}

/**
 * The SDK reports a socket that never opened as a ServerError whose code is a close code, and a request that
 * reached no server as a MatchMakeError: without a code in a browser, with the system's (a text) in Node.
 */
function isSocketError(error: Error): boolean {
  if (error.name !== "ServerError" && error.name !== "MatchMakeError") return false;
  const code = "code" in error ? error.code : undefined;
  return code === undefined || typeof code === "string" || [1005, 1006].includes(Number(code));
}

/**
 * Call one of the server's `/api` routes.
 *
 * @param endpoint base address of the server, without a slash at the end
 * @returns the JSON body; throws {@link RefusedError} or what `fetch` throws
 */
export async function callApi<Answer>(
  endpoint: string,
  path: string,
  { body, token, signal }: { body?: object; token?: string; signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await fetch(`${endpoint}${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      ...(body ? { "content-type": "application/json" } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    ...(signal ? { signal } : {}),
  });
  const answer = await readAnswer(response);
  if (response.ok) return answer as Answer;
  const text = typeof answer === "object" && answer !== null && "error" in answer ? answer.error : "";
  const reason = awayReason(response.status) ?? "session/internal_error";
  throw new RefusedError(decodeRefusal(text) ?? { reason });
}

/** Our server answers in JSON, unless it is going away. Whatever else answers at its address is not our server. */
async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = awayReason(response.status) ?? "session/server_unreachable";
    throw new RefusedError({ reason }, { cause: error });
  }
}
