import { fileURLToPath } from "node:url";

// One Jest setup for every package. Tests run as ES modules, the files that production loads.
const swc = (parser, transform) => [
  "@swc/jest",
  {
    jsc: { parser, transform, target: "es2023", experimental: { keepImportAttributes: true } },
    module: { type: "es6" },
  },
];

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  testMatch: ["<rootDir>/**/*.test.ts", "<rootDir>/**/*.test.tsx"],
  transform: {
    "\\.ts$": swc({ syntax: "typescript" }),
    "\\.tsx$": swc(
      { syntax: "typescript", tsx: true },
      { react: { runtime: "automatic", importSource: "preact" } },
    ),
  },
  setupFilesAfterEnv: [fileURLToPath(new URL("./jest.setup.ts", import.meta.url))],
  // Colyseus delays one write by a second, so a finished run takes that long to exit by itself.
  openHandlesTimeout: 3000,
};
