import { expect, test } from "@jest/globals";
import { refusalPlace } from "./refusalPlace.ts";

test("a refusal is shown where the player can do something about it", () => {
  expect(refusalPlace({ reason: "name/taken" }, "play")).toBe("name");
  expect(refusalPlace({ reason: "name/taken" }, "create")).toBe("create");
  expect(refusalPlace({ reason: "lobby/room_not_found" }, "code")).toBe("code");
  expect(refusalPlace({ reason: "lobby/room_full" }, "list")).toBe("banner");
  expect(refusalPlace({ reason: "lobby/password_wrong" }, "link")).toBe("password");
  expect(refusalPlace({ reason: "session/server_unreachable" }, "code")).toBe("banner");
});

test("what ended a running session is shown on its own", () => {
  expect(refusalPlace({ reason: "lobby/kicked" }, undefined)).toBe("banner");
  expect(refusalPlace({ reason: "name/taken" }, undefined)).toBe("banner");
});
