import { Protocol } from "@colyseus/core";
import { decode } from "@colyseus/schema";

/**
 * The name of a message or request, if it is what the SDK writes: a plain name, and a payload that is at most one value of
 * plain data. Asked before the framework decodes it, because its decoders take much more than that.
 *
 * @param frame a whole frame
 * @param kind  ROOM_DATA or ROOM_REQUEST
 */
export function nameOfMessage(frame: Uint8Array, kind: number): string | undefined {
  const at = { offset: 1 };
  if (kind === Protocol.ROOM_REQUEST) decode.number(frame, at);
  const payload = endOfPlainName(frame, at.offset);
  if (payload === undefined || !(payload === frame.length || isPlainValue(frame, payload))) return undefined;
  return Buffer.from(frame.subarray(at.offset + 1, payload)).toString("latin1");
}

/** In MessagePack, a text shorter than 32 bytes is its length added to this, then its bytes. */
const FIXED_TEXT = 0xa0;
const FIXED_TEXT_LENGTHS = 32;

/**
 * Where a name of up to 31 ASCII characters ends: all our protocols have no others. The framework prints a line
 * on the console for each byte of a name that it makes nothing of.
 */
function endOfPlainName(frame: Uint8Array, at: number): number | undefined {
  const length = (frame[at] ?? 0) - FIXED_TEXT;
  if (length <= 0 || length >= FIXED_TEXT_LENGTHS) return undefined;
  const name = frame.subarray(at + 1, at + 1 + length);
  const isPlain = name.length === length && name.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isPlain ? at + 1 + length : undefined;
}

/** What follows a tag: a value of so many bytes, or something with a size. */
type Form =
  | { readonly is: "scalar"; readonly bytes: number }
  | { readonly is: "text" | "list" | "map"; readonly size: Size };
/** Told by the tag itself, or in so many bytes after it. */
type Size = { readonly known: number } | { readonly bytes: number };

/** The forms of plain data in MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), by tag. */
const FORMS: ReadonlyMap<number, Form> = new Map<number, Form>([
  ...tags(0x00, 128, () => ({ is: "scalar", bytes: 0 })), // small numbers
  ...tags(0x80, 16, (known) => ({ is: "map", size: { known } })),
  ...tags(0x90, 16, (known) => ({ is: "list", size: { known } })),
  ...tags(FIXED_TEXT, FIXED_TEXT_LENGTHS, (known) => ({ is: "text", size: { known } })),
  [0xc0, { is: "scalar", bytes: 0 }], // null
  [0xc2, { is: "scalar", bytes: 0 }], // false
  [0xc3, { is: "scalar", bytes: 0 }], // true
  [0xca, { is: "scalar", bytes: 4 }], // floats
  [0xcb, { is: "scalar", bytes: 8 }],
  [0xcc, { is: "scalar", bytes: 1 }], // whole numbers
  [0xcd, { is: "scalar", bytes: 2 }],
  [0xce, { is: "scalar", bytes: 4 }],
  [0xd0, { is: "scalar", bytes: 1 }], // whole numbers with a sign
  [0xd1, { is: "scalar", bytes: 2 }],
  [0xd2, { is: "scalar", bytes: 4 }],
  [0xd9, { is: "text", size: { bytes: 1 } }],
  [0xda, { is: "text", size: { bytes: 2 } }],
  [0xdb, { is: "text", size: { bytes: 4 } }],
  [0xdc, { is: "list", size: { bytes: 2 } }],
  [0xdd, { is: "list", size: { bytes: 4 } }],
  [0xde, { is: "map", size: { bytes: 2 } }],
  [0xdf, { is: "map", size: { bytes: 4 } }],
  ...tags(0xe0, 32, () => ({ is: "scalar", bytes: 0 })), // small negative numbers
]);

function tags(first: number, count: number, form: (index: number) => Form): [number, Form][] {
  return Array.from({ length: count }, (_, index) => [first + index, form(index)]);
}

/** An extension with one byte of data, of which the SDK writes two: */
const EXTENSION = 0xd4;
/** "undefined", */
const UNDEFINED = 0x00;
/** and an object: a number for its kind, the list of its fields' names, and their values. */
const RECORD = 0x72;
/** Another object of that kind is this and the number, and its values. Without such a kind it is a small number. */
const RECORD_AGAIN = 0x40;
const RECORD_MASK = 0x3f;

const DEPTH_MAX = 16;

/**
 * Whether bytes are exactly one value of plain data: null, undefined, booleans, numbers, texts, and lists and
 * objects of them.
 *
 * The framework's decoder also takes errors, regular expressions, and references from one value to another. With
 * references 300 bytes unfold to millions of values, and when a byte too many follows, the decoder does unfold
 * them, for the text of its error: seconds in which nobody in any room of the process moves.
 *
 * @param from where the value begins
 */
export function isPlainValue(bytes: Uint8Array, from: number): boolean {
  const fieldsOfKind = new Map<number, number>();
  let at = from;
  return value(0) && at === bytes.length;

  function value(depth: number): boolean {
    // Nothing is read twice, so the bytes that are left bound all loops, whatever sizes they claim.
    if (at >= bytes.length || depth > DEPTH_MAX) return false;
    const tag = uint(1);
    const values = (count: number) => repeat(count, () => value(depth + 1));
    if (tag === EXTENSION) {
      const type = uint(1);
      const kind = uint(1) & RECORD_MASK;
      if (type !== RECORD) return type === UNDEFINED;
      const names = FORMS.get(uint(1));
      if (names?.is !== "list") return false;
      const count = sizeOf(names.size);
      if (!repeat(count, text)) return false;
      fieldsOfKind.set(kind, count);
      return values(count);
    }
    if (tag >= RECORD_AGAIN && tag <= RECORD_AGAIN + RECORD_MASK) {
      return values(fieldsOfKind.get(tag & RECORD_MASK) ?? 0);
    }
    const form = FORMS.get(tag);
    switch (form?.is) {
      case "scalar":
        return skip(form.bytes);
      case "text":
        return skip(sizeOf(form.size));
      case "list":
        return values(sizeOf(form.size));
      case "map":
        return repeat(sizeOf(form.size), () => text() && value(depth + 1));
      default:
        return false;
    }
  }

  function text(): boolean {
    const form = FORMS.get(uint(1));
    return form?.is === "text" && skip(sizeOf(form.size));
  }

  function sizeOf(size: Size): number {
    return "known" in size ? size.known : uint(size.bytes);
  }

  function skip(count: number): boolean {
    at += count;
    return at <= bytes.length;
  }

  /** Behind the end there are zeros: what is read there never ends where the bytes do. */
  function uint(width: number): number {
    let number = 0;
    for (const end = at + width; at < end; at++) number = number * 256 + (bytes[at] ?? 0);
    return number;
  }
}

function repeat(count: number, read: () => boolean): boolean {
  for (let index = 0; index < count; index++) if (!read()) return false;
  return true;
}
