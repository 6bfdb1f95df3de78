import { describe, expect, test } from "@jest/globals";
import { isWritingIn, takesKey } from "./focus.ts";

const input = (type: string) => ({ tagName: "INPUT", type });
const BUTTON = { tagName: "BUTTON", type: "submit" };

describe("what is typed", () => {
  test.each([
    ["a text box", input("text")],
    ["a search box", input("search")],
    ["a password box", input("password")],
    ["a box for numbers", input("number")],
    ["a larger text box", { tagName: "TEXTAREA", type: "textarea" }],
    ["a choice, which goes by letters", { tagName: "SELECT", type: "select-one" }],
    ["text that can be edited in place", { tagName: "DIV", isContentEditable: true }],
  ])("in %s becomes text, and no key of it drives the avatar", (_what, element) => {
    expect(isWritingIn(element)).toBe(true);
    for (const code of ["KeyW", "ShiftLeft", "Space", "ArrowUp"]) expect(takesKey(element, code)).toBe(true);
  });

  test.each([
    ["a checkbox", input("checkbox")],
    ["a radio button", input("radio")],
    ["a slider", input("range")],
    ["a button", BUTTON],
    ["a list that scrolls", { tagName: "DIV", isContentEditable: false }],
  ])(
    "on %s is nobody's text: it keeps Space and arrows, and the avatar walks by letters",
    (_what, element) => {
      expect(isWritingIn(element)).toBe(false);
      for (const code of ["Space", "ArrowUp", "ArrowLeft"]) expect(takesKey(element, code)).toBe(true);
      for (const code of ["KeyW", "KeyA", "KeyS", "KeyD", "ShiftLeft"]) {
        expect(takesKey(element, code)).toBe(false);
      }
    },
  );

  test("with nothing focused is nobody's text", () => {
    expect(isWritingIn(null)).toBe(false);
  });
});
