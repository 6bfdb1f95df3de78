import type { CreateRoomRequest } from "@tagalong/shared/lobby/protocol.ts";

/** Which room to join. A password for a listed or linked room rides along. */
export type JoinTarget =
  | { kind: "quick" }
  | { kind: "create"; room: CreateRoomRequest }
  | { kind: "code"; code: string; password?: string };

export interface JoinRequest {
  target: JoinTarget;
  name: string;
  colour?: number;
  hat?: number;
}

/** The password that rides along, however the room is named. */
export function passwordOf(target: JoinTarget): string | undefined {
  if (target.kind === "create") return target.room.password;
  return target.kind === "code" ? target.password : undefined;
}

/** The same wish by the room's code: what a rejoin asks for, whichever way the room was found first. */
export function againOf(request: JoinRequest, { code }: { code: string }): JoinRequest {
  const password = passwordOf(request.target);
  return { ...request, target: { kind: "code", code, ...(password ? { password } : {}) } };
}

export function isJoinRequest(value: unknown): value is JoinRequest {
  return typeof value === "object" && value !== null && "target" in value && "name" in value;
}
