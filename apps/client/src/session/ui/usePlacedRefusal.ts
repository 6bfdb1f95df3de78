import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { useApp } from "../../app/AppContext.ts";
import { type RefusalPlace, refusalPlace } from "../refusalPlace.ts";

/** The refusal that the connection ended with, if this is the place to show it. */
export function usePlacedRefusal(place: RefusalPlace): Refusal | undefined {
  const { client } = useApp();
  const state = client.state.value;
  if (state.name !== "disconnected") return undefined;
  return refusalPlace(state.refusal, client.origin.value) === place ? state.refusal : undefined;
}
