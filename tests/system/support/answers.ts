import "./client.ts";

/** What a proxy, or another server, answers in place of ours. */
export interface Answer {
  status: number;
  body?: string;
  /** How long it takes to come. */
  afterMs?: number;
}

/**
 * Listens in on every request that the client core makes, and answers some of them itself. Make it before the
 * connections: the SDK holds on to the `fetch` it finds first.
 */
export class Answers {
  /** Paths asked for so far, without what differs from run to run. */
  readonly requests: string[] = [];
  readonly #fetch = globalThis.fetch;
  readonly #instead: { path: string; answer: Answer | undefined; times: number }[] = [];

  constructor() {
    globalThis.fetch = async (input, init) => {
      const { pathname } = new URL(String(input));
      this.requests.push(pathname.replace(/^(\/matchmake\/\w+)\/.*/, "$1"));
      const instead = this.#instead.find(({ path, times }) => times > 0 && pathname.startsWith(path));
      if (!instead) return this.#fetch(input, init);
      instead.times -= 1;
      if (!instead.answer) return new Promise(() => undefined);
      const { status, body = "", afterMs } = instead.answer;
      if (afterMs) await new Promise((resolve) => setTimeout(resolve, afterMs));
      const type = body.startsWith("{") ? "application/json" : "text/html";
      return new Response(body, { status, headers: { "content-type": type } });
    };
  }

  /** Answer the next requests whose path begins like this; or never, without an answer. */
  give(path: string, answer: Answer | undefined, times = 1): void {
    this.#instead.push({ path, answer, times });
  }

  /** The same for a refusal, as our routes write it. */
  refuse(path: string, status: number, refusal: string, times = 1): void {
    this.give(path, { status, body: JSON.stringify({ error: refusal }) }, times);
  }

  /** From now on the server answers again, and nobody listens. */
  stop(): void {
    globalThis.fetch = this.#fetch;
  }
}
