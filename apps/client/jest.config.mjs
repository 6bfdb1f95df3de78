import base from "../../jest.base.mjs";

export default {
  ...base,
  // Vite turns style sheets into page styles; a test has no page.
  moduleNameMapper: { "\\.css$": "<rootDir>/../../scripts/lib/empty.mjs" },
};
