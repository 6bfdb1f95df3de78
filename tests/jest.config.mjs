import base from "../jest.base.mjs";

export default {
  ...base,
  // e2e and deploy belong to Playwright; what needs a Redis and minutes has commands of its own.
  testPathIgnorePatterns: [
    "/node_modules/",
    "<rootDir>/deploy/",
    "<rootDir>/e2e/",
    "<rootDir>/failures/",
    "<rootDir>/soak/",
  ],
  // System tests wait for clocks and sockets far more than they compute: more of them at once than there are cores.
  maxWorkers: 3,
  testTimeout: 60_000,
};
