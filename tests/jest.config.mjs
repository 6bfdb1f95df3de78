import base from "../jest.base.mjs";

// e2e belongs to Playwright.
export default { ...base, testPathIgnorePatterns: ["/node_modules/", "<rootDir>/e2e/"] };
