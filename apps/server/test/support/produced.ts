import { expect } from "@jest/globals";
import type { Reason, Refusal } from "@tagalong/shared/session/reasons.ts";
import type { TestServer } from "./server.ts";

/**
 * Prove that the server gave this reason and counted it under its name. `tests/reasons.test.ts` reads the
 * tests for these calls: a reason that no test produces fails there.
 */
export async function produced(server: TestServer, reason: Reason): Promise<void> {
  expect({ reason, counted: (await server.count(reason)) > 0 }).toEqual({ reason, counted: true });
}

/** The same for reasons that only the client makes: nobody but the player is there to count them. */
export function producedByClient(refusal: Refusal | undefined, reason: Reason): void {
  expect(refusal?.reason).toBe(reason);
}
