import { type Client, ClientState, SchemaSerializer } from "@colyseus/core";
import type { Schema } from "@colyseus/schema";

type FullStateArguments = Parameters<SchemaSerializer<Schema>["getFullState"]>;
type PatchArguments = Parameters<SchemaSerializer<Schema>["applyPatches"]>;

/** A patch that changes nothing is the byte that says what it is. */
const EMPTY_PATCH_BYTES = 1;
/** Put before each client's copy of a patch: the server's time and the newest input it has used. */
const TIMING_BYTES = 8;

/** Told how much was handed to the sockets, to all clients together (bytes, without the headers of WebSocket and TCP). */
export type StateSent = (kind: "patch" | "full", bytes: number) => void;

/**
 * The framework's serializer, which keeps an encoded full state until a patch changes something. Courses go on without a
 * change: whoever joins must get them as they are now, or would draw everybody behind for good.
 */
export class CourseSerializer<T extends Schema> extends SchemaSerializer<T> {
  readonly #onSent: StateSent;
  #patchBytes = EMPTY_PATCH_BYTES;

  constructor(onSent: StateSent) {
    super();
    this.#onSent = onSent;
  }

  override reset(state: T): void {
    super.reset(state);
    const { encoder } = this;
    const encode = encoder.encode.bind(encoder);
    // The one place where the size of a patch can be seen: it goes from here straight to the sockets.
    encoder.encode = (...options) => {
      const patch = encode(...options);
      this.#patchBytes = patch.byteLength;
      return patch;
    };
  }

  override applyPatches(clients: Client[], state?: PatchArguments[1], timing?: PatchArguments[2]): boolean {
    this.#patchBytes = EMPTY_PATCH_BYTES;
    const isChanged = super.applyPatches(clients, state, timing);
    if (!isChanged && !timing) return false;
    let receivers = 0;
    for (const client of clients) if (client.state === ClientState.JOINED) receivers += 1;
    if (receivers > 0) this.#onSent("patch", receivers * (this.#patchBytes + (timing ? TIMING_BYTES : 0)));
    return isChanged;
  }

  override getFullState(client?: Client, timing?: FullStateArguments[1]) {
    this.needFullEncode = true;
    const state = super.getFullState(client, timing);
    this.#onSent("full", state.byteLength);
    return state;
  }
}
