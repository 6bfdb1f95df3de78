import base from "../../jest.base.mjs";

export default {
  ...base,
  // Each file has a fleet of its own, and measures: one at a time.
  maxWorkers: 1,
  // Only what hangs: how long things take is measured.
  testTimeout: 180_000,
};
