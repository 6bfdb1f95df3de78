import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a child process can be asked, by name. Arguments and answers may hold typed arrays. */
export type Questions = Record<string, (...args: never[]) => unknown>;

interface Ask {
  question: string;
  args: never[];
}
interface Answer {
  question: string;
  value?: unknown;
  failure?: string;
}

const END_TIMEOUT_MS = 5_000;

/** A script in its own process, asked one thing after the other. */
export class Remote<Q extends Questions> {
  readonly #name: string;
  readonly #child: ChildProcess;

  constructor(script: URL, args: readonly string[], nodeOptions: readonly string[] = []) {
    this.#name = `${script.pathname.split("/").slice(-2).join("/")} ${args.join(" ")}`;
    this.#child = fork(fileURLToPath(script), args, {
      execArgv: [...nodeOptions],
      serialization: "advanced",
    });
  }

  /** Rejects when the child reports a failure, or ends. */
  ask<K extends keyof Q & string>(
    question: K,
    ...args: Parameters<Q[K]>
  ): Promise<Awaited<ReturnType<Q[K]>>> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => {
        child.off("message", onMessage);
        reject(new Error(`${this.#name} ended with ${code} instead of answering "${question}"`));
      };
      const onMessage = (message: unknown) => {
        if (!isAbout<Answer>(message) || message.question !== question) return;
        child.off("exit", onExit);
        child.off("message", onMessage);
        if (message.failure === undefined) resolve(message.value as Awaited<ReturnType<Q[K]>>);
        else reject(new Error(`${this.#name}, asked "${question}": ${message.failure}`));
      };
      child.once("exit", onExit);
      child.on("message", onMessage);
      if (child.exitCode === null) child.send({ question, args } satisfies Ask);
      else onExit(child.exitCode);
    });
  }

  /** End the process: by its own will, or soon after. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    if (child.connected) child.disconnect();
    const killer = setTimeout(() => child.kill("SIGKILL"), END_TIMEOUT_MS);
    await ended;
    clearTimeout(killer);
  }
}

/** The child's side: answer the parent's questions until the parent is gone. */
export function answerParent(answers: Questions): void {
  process.on("disconnect", () => process.exit(0));
  process.on("message", (message) => {
    if (!isAbout<Ask>(message)) return;
    const { question, args } = message;
    const answer = async () => answers[question]?.(...args);
    answer().then(
      (value) => process.send?.({ question, value } satisfies Answer),
      (error: unknown) => {
        const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.send?.({ question, failure } satisfies Answer);
      },
    );
  });
}

/** Packages use the same channel for messages of their own. */
function isAbout<M extends Ask | Answer>(message: unknown): message is M {
  return typeof message === "object" && message !== null && "question" in message;
}
