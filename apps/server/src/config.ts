import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { isAddressRange } from "./http/addresses.ts";

/** Known to everybody who read the source: fine on a laptop, refused in production. */
const DEVELOPMENT_SECRET = "tagalong-development-secret-do-not-use";

const whole = (least: number, most: number, error = `must be a whole number from ${least} to ${most}`) =>
  z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
const wholeOr = <const T extends string>(word: T, least: number, most: number) => {
  const error = `must be ${word}, or a whole number from ${least} to ${most}`;
  return z.union([z.literal(word), whole(least, most, error)], { error });
};
const oneOf = <const T extends readonly string[]>(...words: T) =>
  z.enum(words, { error: `must be one of: ${words.join(", ")}` });

/** Settings that are never repeated in a message: secrets, and an address that may carry a password. */
const SECRETS: ReadonlySet<string> = new Set([
  "SESSION_SECRET",
  "OPS_SECRET",
  "MONITOR_PASSWORD",
  "REDIS_URL",
]);

/** The first label of this machine's name, with nothing in it that a path could not carry. */
function hostLabel(): string {
  const label =
    hostname()
      .split(".", 1)[0]
      ?.replaceAll(/[^A-Za-z0-9-]/g, "-") ?? "";
  return /^[A-Za-z0-9]/.test(label) ? label.slice(0, 63) : "server";
}

/** Every setting of the server, with its default. `.env.example` documents each; a test holds the two together. */
const Environment = z.object({
  NODE_ENV: oneOf("development", "test", "production").default("development"),
  HOST: z.string().min(1).default("0.0.0.0"),
  PORT: whole(0, 65_535).default(2567),
  OPS_HOST: z.string().min(1).default("127.0.0.1"),
  OPS_PORT: wholeOr("off", 0, 65_535).default("off"),
  OPS_SECRET: z.string().min(24, "must be at least 24 characters").optional(),
  MONITOR_PASSWORD: z.string().min(16, "must be at least 16 characters").optional(),
  REDIS_URL: z
    .string()
    .default("")
    .refine((url) => url === "" || (URL.canParse(url) && /^rediss?:\/\/./.test(url)), {
      error: "must be an address such as redis://redis:6379",
    }),
  PROCESS_NAME: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, {
      error: "must be 1 to 63 letters, digits and dashes, as in a host name",
    })
    .default(hostLabel()),
  // What stops a process gives it 60 s in all, and then ends it with its rooms: they need the rest to be handed on.
  DRAIN_SECONDS: whole(0, 30).optional(),
  ORIGINS: z
    .string()
    .default("")
    .transform(listOf)
    .pipe(
      z.array(
        z.string().refine((origin) => URL.canParse(origin) && new URL(origin).origin === origin, {
          error: "must be origins such as https://play.example.com, separated by commas",
        }),
      ),
    ),
  TRUST_PROXY: z
    .string()
    .default("")
    .transform((list) => listOf(list === "0" ? "" : list))
    .pipe(
      z.array(
        z.string().refine(isAddressRange, {
          error:
            "must be addresses, subnets such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, separated by commas",
        }),
      ),
    ),
  SESSION_SECRET: z.string().min(24, "must be at least 24 characters").default(DEVELOPMENT_SECRET),
  GUEST_DAYS: whole(1, 400).default(90),
  ALLOW_GUESTS: z.string().default("").transform(idList),
  DENY_GUESTS: z.string().default("").transform(idList),
  MAX_CONNECTIONS: whole(1, 100_000).default(500),
  MAX_CONNECTIONS_PER_ADDRESS: whole(1, 100_000).default(100),
  MAX_ROOMS: whole(1, 10_000).default(100),
  ROOM_MAX_PLAYERS: whole(2, 500).default(50),
  MAX_PAYLOAD_BYTES: whole(1024, 1_048_576).default(4096),
  MAX_MESSAGES_PER_SECOND: whole(40, 10_000).default(150),
  MAX_BUFFERED_BYTES: whole(65_536, 64 * 1_048_576).default(1_048_576),
  INPUT_BUFFER: whole(4, 256).default(64),
  PAIR_PATCHES_FROM: whole(2, 10_000).default(200),
  CHAT_HISTORY: whole(0, 500).default(50),
  REQUEST_TIMEOUT_MS: whole(100, 600_000).default(10_000),
  SEAT_HOLD_SECONDS: whole(1, 600).default(45),
  APPROVAL_TIMEOUT_MS: whole(100, 60_000).default(5_000),
  LOADING_TIMEOUT_MS: whole(1_000, 600_000).default(60_000),
  JOINS_PER_MINUTE: whole(1, 100_000).default(120),
  GUESTS_PER_MINUTE: whole(1, 100_000).default(60),
  ROOMS_PER_MINUTE: whole(1, 100_000).default(10),
  LOG_LEVEL: oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent").default("info"),
  BUILD_ID: z.string().max(40, "must be at most 40 characters").default("dev"),
  CLIENT_DIST: z.string().default(fileURLToPath(new URL("../../client/dist", import.meta.url))),
});

export type Config = Omit<z.infer<typeof Environment>, "DRAIN_SECONDS"> & {
  DRAIN_SECONDS: number;
  isProduction: boolean;
  /** Whether rooms, tokens and tickets are signed with the secret everybody knows. */
  hasDevelopmentSecret: boolean;
};

export type ConfigResult = { ok: true; config: Config } | { ok: false; mistakes: string[] };

/** The names that `.env.example` must document. */
export const SETTING_NAMES = Object.keys(Environment.shape);

/**
 * Read all settings and report every mistake together, one plain sentence each.
 *
 * @param env variables as the process has them; an empty or blank one counts as not set
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigResult {
  const given = withoutBlanks(env);
  const parsed = Environment.safeParse(given);
  // Two bad origins break one rule: it is said once.
  const mistakes = [
    ...new Set(parsed.success ? [] : parsed.error.issues.map((issue) => sentenceOf(issue, given))),
  ];
  const isProduction = given.NODE_ENV === "production";
  const hasDevelopmentSecret =
    given.SESSION_SECRET === undefined || given.SESSION_SECRET === DEVELOPMENT_SECRET;
  if (isProduction && hasDevelopmentSecret) {
    mistakes.push(
      "SESSION_SECRET must be set to a secret of your own in production, for example the output of: openssl rand -hex 32",
    );
  }
  // Told here, because each of the two is free when it is tried on its own.
  if (parsed.success && parsed.data.PORT > 0 && parsed.data.PORT === parsed.data.OPS_PORT) {
    mistakes.push(`OPS_PORT and PORT are both ${parsed.data.PORT}: change one of them`);
  }
  if (!parsed.success || mistakes.length > 0) return { ok: false, mistakes };
  // Whoever develops restarts all the time, and waits for nobody.
  const DRAIN_SECONDS = parsed.data.DRAIN_SECONDS ?? (isProduction ? 10 : 0);
  return { ok: true, config: { ...parsed.data, DRAIN_SECONDS, isProduction, hasDevelopmentSecret } };
}

function sentenceOf(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0] ?? "the environment");
  // A secret is never repeated in a message that ends up in a log.
  const value = SECRETS.has(name) ? "" : ` (it is "${given[name] ?? ""}")`;
  return `${name} is not right${value}: ${issue.message}`;
}

function withoutBlanks(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ""));
}

function idList(text: string): ReadonlySet<string> {
  return new Set(listOf(text));
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

const OperatorEnvironment = Environment.pick({ OPS_HOST: true, OPS_PORT: true, OPS_SECRET: true });

/** Where operators find the server, and what it knows them by. */
export type OperatorSettings = z.infer<typeof OperatorEnvironment>;

/**
 * The settings that an operator's command shares with the server. It may run without the rest of them.
 *
 * @returns what is wrong with them, or the settings
 */
export function readOperatorSettings():
  | { ok: true; settings: OperatorSettings }
  | { ok: false; mistakes: string[] } {
  const given = withoutBlanks(process.env);
  const parsed = OperatorEnvironment.safeParse(given);
  if (parsed.success) return { ok: true, settings: parsed.data };
  return { ok: false, mistakes: [...new Set(parsed.error.issues.map((issue) => sentenceOf(issue, given)))] };
}

/** The settings of this process. The only place that reads its environment. */
export function readProcessConfig(): ConfigResult {
  return readConfig(process.env);
}
