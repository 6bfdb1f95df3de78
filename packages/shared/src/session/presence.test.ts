import { describe, expect, test } from "@jest/globals";
import { canChangePresence, PRESENCE_NAMES, Presence, presenceName, takesInput } from "./presence.ts";

const ALL = Object.values(Presence);
const { LOADING, ACTIVE, AWAY, RECONNECTING, LEAVING } = Presence;

describe("presence", () => {
  test("every presence is a small integer with a name of its own", () => {
    expect(ALL).toEqual(ALL.map((_, index) => index));
    expect(PRESENCE_NAMES).toHaveLength(ALL.length);
    for (const [name, value] of Object.entries(Presence)) {
      expect(presenceName(value)).toBe(name.toLowerCase());
    }
  });

  test("a number that is no presence throws with the number", () => {
    for (const wrong of [-1, ALL.length, 0.5, Number.NaN]) {
      expect(() => presenceName(wrong)).toThrow(String(wrong));
    }
  });

  test("a player goes only where this table says", () => {
    const next = Object.fromEntries(
      ALL.map((from) => [
        presenceName(from),
        ALL.filter((to) => canChangePresence(from, to)).map(presenceName),
      ]),
    );
    expect(next).toEqual({
      loading: ["active", "away", "reconnecting", "leaving"],
      active: ["away", "reconnecting", "leaving"],
      away: ["active", "reconnecting", "leaving"],
      reconnecting: ["loading", "active", "away", "leaving"],
      leaving: [],
    });
  });

  test("whoever leaves stays gone, and everybody else can leave", () => {
    for (const presence of ALL) {
      expect(canChangePresence(LEAVING, presence)).toBe(false);
      expect(canChangePresence(presence, LEAVING)).toBe(presence !== LEAVING);
    }
  });

  test("nobody moves while loading, dropped or leaving", () => {
    expect(ALL.filter(takesInput)).toEqual([ACTIVE, AWAY]);
    expect([LOADING, RECONNECTING, LEAVING].some(takesInput)).toBe(false);
    expect(takesInput(99)).toBe(false);
  });
});
