import { expect, test } from "@jest/globals";
import { faultOf, wordOf } from "./fault.ts";

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'. script: 2a6b, on @user_script:4.", "OOM"],
  ["ERR Error running script (call to f_2a6b): @user_script:4: -READONLY You can't write.", "READONLY"],
  ["Ready check failed: NOAUTH Authentication required.", "NOAUTH"],
  ["Command timed out", undefined],
  ["Connection is closed.", undefined],
])("%s", (message, word) => {
  expect([wordOf(new Error(message)), faultOf(new Error(message))]).toEqual([word, word ?? message]);
});

test("an error of the network has a code, and its text may have an address", () => {
  const error = Object.assign(new Error("getaddrinfo ENOTFOUND some.host"), { code: "ENOTFOUND" });
  expect([wordOf(error), faultOf(error)]).toEqual(["ENOTFOUND", "ENOTFOUND"]);
});
