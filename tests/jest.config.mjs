import base from "../jest.base.mjs";

export default {
  ...base,
  // e2e belongs to Playwright.
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/e2e/"],
  // System tests wait for clocks and sockets far more than they compute: more of them at once than there are cores.
  maxWorkers: 3,
  testTimeout: 20_000,
};
