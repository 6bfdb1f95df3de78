import { type Client, SchemaSerializer } from "@colyseus/core";
import type { Schema } from "@colyseus/schema";

type FullStateArguments = Parameters<SchemaSerializer<Schema>["getFullState"]>;

/**
 * The framework's serializer, which keeps an encoded full state until a patch changes something. Courses go on without a
 * change: whoever joins must get them as they are now, or would draw everybody behind for good.
 */
export class CourseSerializer<T extends Schema> extends SchemaSerializer<T> {
  override getFullState(client?: Client, timing?: FullStateArguments[1]) {
    this.needFullEncode = true;
    return super.getFullState(client, timing);
  }
}
