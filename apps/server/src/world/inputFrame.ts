/** Bytes of a field's value on the wire, for the types whose length is always the same. */
const BYTES: Readonly<Record<string, number>> = {
  boolean: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
  int64: 8,
  uint64: 8,
};
const FIELD_MASK = 0x3f;
/** The upper bits of the byte that names a field: a new value, or the first one. Others delete or switch. */
const OPERATIONS: readonly number[] = [0x00, 0x80];

/**
 * A check of reliable input frames of one schema: whether one is what the SDK's encoder writes. That is a kind
 * without modifiers, then for each changed field one byte that names it and its value.
 *
 * The framework's decoder takes anything, and writes several lines on the console for each frame it makes
 * nothing of: a client could fill the disk with them. For a schema with fields of unknown length every frame
 * is fine.
 *
 * @param schema what `schema({ … })` built for the input
 */
export function createInputFrameCheck(schema: object): (frame: Uint8Array) => boolean {
  const metadata: unknown = Reflect.get(schema, Symbol.metadata);
  if (typeof metadata !== "object" || metadata === null) throw new Error("the input has no schema");
  const lengths = Object.values(metadata as Record<string, { type?: unknown }>).map(
    ({ type }) => BYTES[String(type)],
  );
  if (lengths.includes(undefined)) return () => true;
  return (frame) => {
    let at = 1;
    while (at < frame.byteLength) {
      const field = frame[at] ?? 0;
      const length = lengths[field & FIELD_MASK];
      if (length === undefined || !OPERATIONS.includes(field & ~FIELD_MASK)) return false;
      at += 1 + length;
    }
    return at === frame.byteLength;
  };
}
