import { fileURLToPath } from "node:url";
import { z } from "zod";

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
const flag = z.enum(["0", "1"], { error: "must be 0 or 1" }).transform((value) => value === "1");

/** Every setting of the server, with its default. `.env.example` documents each; a test holds the two together. */
const Environment = z.object({
  NODE_ENV: oneOf("development", "test", "production").default("development"),
  HOST: z.string().min(1).default("0.0.0.0"),
  PORT: whole(0, 65_535).default(2567),
  OPS_HOST: z.string().min(1).default("127.0.0.1"),
  OPS_PORT: wholeOr("off", 0, 65_535).default("off"),
  ORIGINS: z
    .string()
    .default("")
    .transform((list) => list.split(",").map((origin) => origin.trim()))
    .transform((list) => list.filter((origin) => origin !== ""))
    .pipe(
      z.array(
        z.string().refine((origin) => URL.canParse(origin) && new URL(origin).origin === origin, {
          error: "must be origins such as https://play.example.com, separated by commas",
        }),
      ),
    ),
  TRUST_PROXY: flag.default(false),
  SESSION_SECRET: z.string().min(24, "must be at least 24 characters").default(DEVELOPMENT_SECRET),
  GUEST_DAYS: whole(1, 400).default(90),
  ALLOW_GUESTS: z.string().default("").transform(idList),
  DENY_GUESTS: z.string().default("").transform(idList),
  MAX_CONNECTIONS: whole(1, 100_000).default(500),
  MAX_ROOMS: whole(1, 10_000).default(100),
  ROOM_MAX_PLAYERS: whole(2, 500).default(50),
  MAX_PAYLOAD_BYTES: whole(1024, 1_048_576).default(4096),
  MAX_MESSAGES_PER_SECOND: whole(40, 10_000).default(150),
  MAX_BUFFERED_BYTES: whole(65_536, 64 * 1_048_576).default(1_048_576),
  INPUT_BUFFER: whole(4, 256).default(64),
  PAIR_PATCHES_FROM: whole(2, 10_000).default(200),
  CHAT_HISTORY: whole(0, 500).default(50),
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

export type Config = z.infer<typeof Environment> & {
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
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ""));
  const parsed = Environment.safeParse(given);
  // Two bad origins break one rule: it is said once.
  const mistakes = [...new Set(parsed.success ? [] : parsed.error.issues.map(sentence))];
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
  return { ok: true, config: { ...parsed.data, isProduction, hasDevelopmentSecret } };

  function sentence(issue: z.core.$ZodIssue): string {
    const name = String(issue.path[0] ?? "the environment");
    // A secret is never repeated in a message that ends up in a log.
    const value = name === "SESSION_SECRET" ? "" : ` (it is "${given[name] ?? ""}")`;
    return `${name} is not right${value}: ${issue.message}`;
  }
}

function idList(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split(",")
      .map((id) => id.trim())
      .filter((id) => id !== ""),
  );
}

/** The settings of this process. The only place that reads its environment. */
export function readProcessConfig(): ConfigResult {
  return readConfig(process.env);
}
