import { globSync, readFileSync } from "node:fs";
import { matchesGlob, posix } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type Import, type SourceScan, scanSource } from "./sourceScan.ts";

const ROOT = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

/**
 * The import graph as data. The first row whose `files` match a source file says what it may import: paths in this
 * repository, packages, and `declared` for every package that its own package.json names. What is in `types` may be
 * imported as a type only. A file without a row fails.
 */
interface Row {
  files: string[];
  may: string[];
  not?: string[];
  types?: string[];
}

const SHARED = "packages/shared/src/**";
/** Neither wire nor schema: what steps, checks and tuning may lean on. */
const SHARED_RULES = "packages/shared/src/**/!(protocol|schema).{ts,json}";
const TEST_TOOLS = ["@jest/globals", "fast-check", "node:*", "jest.setup.ts"];

const ROWS: Row[] = [
  { files: ["packages/shared/src/**/*.test.ts"], may: [SHARED, "declared", ...TEST_TOOLS] },
  { files: ["packages/shared/src/**/tuning.ts"], may: [] },
  { files: ["packages/shared/src/lib/**"], may: ["packages/shared/src/lib/**"] },
  { files: ["packages/shared/src/**/schema.ts"], may: [SHARED, "@colyseus/schema"] },
  {
    files: ["packages/shared/src/**/protocol.ts"],
    may: [SHARED_RULES, "packages/shared/src/**/protocol.ts", "zod"],
    types: ["packages/shared/src/**/schema.ts"],
  },
  { files: [SHARED], may: [SHARED_RULES], types: [SHARED] },

  {
    files: ["apps/server/test/**", "apps/server/src/**/*.test.ts"],
    may: ["apps/server/**", SHARED, "declared", ...TEST_TOOLS],
  },
  {
    files: ["apps/server/src/**"],
    may: ["apps/server/src/**", SHARED, "declared", "node:*", "node:*/*"],
    not: ["@colyseus/sdk", "@colyseus/testing"],
  },

  {
    files: ["apps/client/src/**/*.test.{ts,tsx}"],
    may: ["apps/client/src/**", SHARED, "declared", ...TEST_TOOLS],
  },
  {
    files: ["apps/client/src/{world,debug}/**", "apps/client/src/**/*{Scene,View}.ts"],
    may: ["apps/client/src/**", SHARED, "declared"],
  },
  { files: ["apps/client/src/**"], may: ["apps/client/src/**", SHARED, "declared"], not: ["phaser"] },

  {
    files: ["tools/bots/**/*.test.ts"],
    may: ["tools/bots/**", "apps/client/src/**", SHARED, ...TEST_TOOLS],
  },
  { files: ["tools/bots/**"], may: ["tools/bots/**", "apps/client/src/**", SHARED, "node:*"] },
  { files: ["tools/**"], may: ["tools/**", SHARED, "declared", "node:*"] },

  // The only place beside the tests that runs both sides.
  { files: ["bench/**/*.test.ts"], may: ["bench/**", SHARED, "declared", ...TEST_TOOLS] },
  {
    files: ["bench/**"],
    may: [
      "bench/**",
      "apps/client/src/**",
      "apps/server/src/**",
      SHARED,
      "declared",
      "node:*",
      "node:*/*",
      "(computed)",
    ],
  },
];

/** What runs in Node. It, and all that it loads of the client, knows neither page nor picture. */
const HEADLESS = ["tools/bots/main.ts"];
const PAGE_GLOBALS = ["window", "document", "location"];
const PAGE_PACKAGES = ["phaser", "phaser/**", "preact", "preact/**", "@preact/**"];

/** The one file in each package that reads its environment. */
const ENVIRONMENTS: Record<string, string> = {
  "process.env": "apps/server/src/config.ts",
  "import.meta.env": "apps/client/src/config.ts",
};

const sources = new Map<string, SourceScan>(
  globSync(["{apps,packages}/*/{src,test}/**/*.{ts,tsx}", "tools/*/*.ts", "bench/**/*.ts"], { cwd: ROOT })
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .map((path) => [path, scanSource(read(path), { tsx: path.endsWith(".tsx") })]),
);
const isTest = (path: string) => /\.test\.tsx?$|\/test\//.test(path);

/** A path in this repository, or the name of a package. */
function resolveImport(from: string, specifier: string): string {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier);
  return specifier
    .replace(/^@tagalong\/shared\//, "packages/shared/src/")
    .replace(/^@tagalong\/(client|server)\//, "apps/$1/src/")
    .replace(/\?\w+$/, "");
}

function declaredPackages(path: string): string[] {
  const depth = path.startsWith("bench/") ? 1 : 2;
  const manifest = JSON.parse(read(`${path.split("/").slice(0, depth).join("/")}/package.json`));
  const names = Object.keys({ ...manifest.dependencies, ...(isTest(path) && manifest.devDependencies) });
  return path.startsWith("tools/") || depth === 1
    ? [...names, ...Object.keys(manifest.devDependencies ?? {})]
    : names;
}

function checkImport(from: string, { specifier, typeOnly }: Import, rows = ROWS): string | undefined {
  const row = rows.find(({ files }) => files.some((glob) => matchesGlob(from, glob)));
  if (!row) return `${from} has no row in the import table`;
  const target = resolveImport(from, specifier);
  const matches = (glob: string) =>
    glob === "declared"
      ? declaredPackages(from).some((name) => target === name || target.startsWith(`${name}/`))
      : matchesGlob(target, glob);
  const allowed = row.may.some(matches) || (typeOnly && row.types?.some(matches));
  if (!allowed || row.not?.some(matches))
    return `${from} may not import ${typeOnly ? "a type from " : ""}${specifier}`;
}

/** All that a file loads when it runs, itself included. */
function loadedBy(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { specifier, typeOnly } of sources.get(path)?.imports ?? []) {
    if (!typeOnly) loadedBy(resolveImport(path, specifier), seen);
  }
  return seen;
}

describe("import scanner", () => {
  test("finds every way to import, and tells types from values", () => {
    const { imports } = scanSource(`
      import a from "a"; import "b"; import type { C } from "c"; import { type D } from "d"; import { type E, e } from "e";
      export * from "f"; export { g } from "g"; export type { H } from "h";
      const i = await import("i"); const j = import(\`\${a}\`); let k: import("k").K;
    `);
    expect(
      imports
        .filter(({ typeOnly }) => typeOnly)
        .map(({ specifier }) => specifier)
        .sort(),
    ).toEqual(["c", "d", "h", "k"]);
    expect(
      imports
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ specifier }) => specifier)
        .sort(),
    ).toEqual(["(computed)", "a", "b", "e", "f", "g", "i"]);
  });

  test("is not fooled by comments, strings and members", () => {
    const scan = scanSource(`
      // import "a";
      const text = 'import "b"; document.title', more = \`import("c")\`, pattern = /import "d"/;
      text.window; ({ document: 1 }); /* process.env */
    `);
    expect(scan.imports).toEqual([]);
    expect(PAGE_GLOBALS.filter((name) => scan.globals.has(name))).toEqual([]);
  });

  test("finds globals, environments and casts", () => {
    const scan = scanSource(`
      document.title; globalThis.window; process.env.PORT; process["env"]; import.meta.env.DEV; ({} as any);
    `);
    expect([...scan.globals]).toEqual(
      expect.arrayContaining(["document", "window", "process.env", "import.meta.env"]),
    );
    expect(scan.anyCasts).toBe(1);
  });

  test("the table refuses what crosses a boundary and lets pass what does not", () => {
    const check = (from: string, specifier: string, typeOnly = false) =>
      checkImport(from, { specifier, typeOnly });
    const rules = "packages/shared/src/chat/rules.ts";
    expect(check(rules, "../lib/random.ts")).toBeUndefined();
    expect(check(rules, "./protocol.ts", true)).toBeUndefined();
    expect(check(rules, "./protocol.ts")).toBe(`${rules} may not import ./protocol.ts`);
    expect(check(rules, "zod")).toBeDefined();
    expect(check("packages/shared/src/world/schema.ts", "@colyseus/core")).toBeDefined();
    expect(check("packages/shared/src/world/protocol.ts", "./schema.ts", true)).toBeUndefined();
    expect(check("apps/client/src/session/x.ts", "../../../server/src/app.ts", true)).toBeDefined();
    expect(check("apps/client/src/session/x.ts", "@tagalong/server/app.ts", true)).toBeDefined();
    expect(check("apps/client/src/session/x.ts", "phaser")).toBeDefined();
    expect(check("apps/client/src/world/PlazaScene.ts", "phaser")).toBeUndefined();
    expect(check("apps/server/src/app.ts", "@tagalong/client/config.ts")).toBeDefined();
    expect(check("apps/server/src/app.ts", "@tagalong/shared/world/tuning.ts")).toBeUndefined();
    expect(check("apps/server/src/app.ts", "not-declared")).toBeDefined();
    expect(check("apps/elsewhere/src/a.ts", "./b.ts")).toMatch("no row");
  });
});

describe("boundaries", () => {
  test("every file imports only what its row allows", () => {
    expect(sources.size).toBeGreaterThan(20);
    expect(
      [...sources].flatMap(([path, { imports }]) => imports.flatMap((one) => checkImport(path, one) ?? [])),
    ).toEqual([]);
  });

  test("one file reads each environment", () => {
    const readers = [...sources].flatMap(([path, { globals, imports }]) =>
      Object.entries(ENVIRONMENTS).flatMap(([environment, reader]) => {
        const reads =
          globals.has(environment) ||
          (environment === "process.env" &&
            imports.some(({ specifier }) => /^(node:)?process$/.test(specifier)));
        return reads && path !== reader && !isTest(path)
          ? `${path} reads ${environment}: only ${reader} does`
          : [];
      }),
    );
    expect(readers).toEqual([]);
  });

  test("what bots reuse of the client runs without a page", () => {
    expect(loadedBy("tools/bots/main.ts")).toContain("apps/client/src/world/net.ts");
    const found = HEADLESS.flatMap((entry) =>
      [...loadedBy(entry)].flatMap((loaded) => {
        if (PAGE_PACKAGES.some((glob) => matchesGlob(loaded, glob))) return `${entry} loads ${loaded}`;
        const touched = PAGE_GLOBALS.filter((name) => sources.get(loaded)?.globals.has(name));
        return touched.map((name) => `${entry} loads ${loaded}, which touches ${name}`);
      }),
    );
    expect(found).toEqual([]);
  });

  test("nothing is cast to any", () => {
    const found = [...sources]
      .filter(([path, { anyCasts }]) => anyCasts > 0 && !isTest(path))
      .map(([path]) => path);
    expect(found).toEqual([]);
  });
});

describe("lockfile", () => {
  const packages = Object.entries<{ version?: string; resolved?: string }>(
    JSON.parse(read("package-lock.json")).packages,
  );

  test("there is one version of @colyseus/schema: two would not know each other's classes", () => {
    const found = packages
      .filter(([path]) => path.endsWith("node_modules/@colyseus/schema"))
      .map(([path]) => path);
    expect(found).toEqual(["node_modules/@colyseus/schema"]);
  });

  test("it names no registry, so it installs from any", () => {
    const found = packages.filter(([, { resolved }]) => resolved?.startsWith("http")).map(([path]) => path);
    expect(found).toEqual([]);
  });
});
