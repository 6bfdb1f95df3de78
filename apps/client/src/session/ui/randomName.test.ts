import { expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { checkName, cleanName } from "@tagalong/shared/session/names.ts";
import { randomName } from "./randomName.ts";

test("every name that is offered is one that the rules allow", () => {
  const random = createRandom(7);
  for (let i = 0; i < 500; i++) {
    const name = randomName(random);
    expect({ name, problem: checkName(cleanName(name)) }).toEqual({ name, problem: undefined });
  }
});
