import { Protocol } from "@colyseus/core";
import { Room as SdkRoom } from "@colyseus/sdk";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isPlainValue, nameOfMessage } from "./messageFrame.ts";

/** The frames that a real client writes, instead of sending them. */
class Recorder {
  readonly frames: { kind: number; bytes: Uint8Array }[] = [];
  readonly #room = new SdkRoom("recorder");

  constructor() {
    const send = (bytes: Uint8Array) =>
      void this.frames.push({ kind: bytes[0] ?? 0, bytes: Uint8Array.from(bytes) });
    Object.assign(this.#room, { connection: { isOpen: true, send } });
  }

  message(type: string, payload?: unknown): void {
    this.#room.send(type, payload);
  }

  request(type: string, payload?: unknown): void {
    // Never answered: nothing here waits for it.
    void this.#room.request(type, payload, { timeout: 0 }).catch(() => undefined);
  }
}

/** What zod and JSON know, and `undefined` fields, as clients leave them in. */
const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, undefined, true, false),
    fc.integer(),
    fc.double(),
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.array(tie("value"), { maxLength: 20 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie("value"), { maxKeys: 20 }),
  ),
})).value;

const text = (value: string) => [0xa0 | value.length, ...Buffer.from(value)];
const SAY = text("chat:say");

describe("a message or request", () => {
  test("as the SDK writes it is plain, whatever data it carries", () => {
    fc.assert(
      fc.property(plain, fc.stringMatching(/^[ -~]{1,31}$/), (payload, type) => {
        const recorder = new Recorder();
        recorder.message(type, payload);
        recorder.request(type, payload);
        expect(recorder.frames.map(({ kind }) => kind)).toEqual([Protocol.ROOM_DATA, Protocol.ROOM_REQUEST]);
        for (const { kind, bytes } of recorder.frames) {
          if (nameOfMessage(bytes, kind) !== type) throw new Error(Buffer.from(bytes).toString("hex"));
        }
      }),
    );
  });

  test("without a payload is plain", () => {
    expect(nameOfMessage(Uint8Array.of(Protocol.ROOM_DATA, ...SAY), Protocol.ROOM_DATA)).toBe("chat:say");
  });

  test.each<[string, number[]]>([
    ["cut short", SAY.slice(0, -1)],
    ["empty", [0xa0]],
    ["too long", [0xd9, 32, ...Buffer.from("x".repeat(32))]],
    ["a number", [7]],
    ["not ASCII", [0xa3, 0xff, 0xfe, 0xfd]],
    ["not there", []],
  ])("whose name is %s is not", (_what, name) => {
    for (const head of [[Protocol.ROOM_DATA], [Protocol.ROOM_REQUEST, 1]]) {
      expect(nameOfMessage(Uint8Array.of(...head, ...name), head[0] ?? 0)).toBeUndefined();
    }
  });
});

describe("a value", () => {
  test.each<[string, number[]]>([
    ["nothing at all", []],
    ["a byte too many", [0xc0, 0xc0]],
    ["a text longer than what is there", [0xa3, 0x61, 0x62]],
    ["a list longer than what is there", [0xdd, 255, 255, 255, 255, 1]],
    ["a map longer than what is there", [0xdf, 255, 255, 255, 255, 0xa1, 0x61, 1]],
    ["a map whose key is no text", [0x81, 0x90, 1]],
    ["an object whose field names are no list", [0xd4, 0x72, 0x40, 0xa1, 0x61, 1]],
    ["an object whose field names are no texts", [0xd4, 0x72, 0x40, 0x91, 7, 1]],
    ["an object of more fields than are there", [0xd4, 0x72, 0x40, 0xdd, 255, 255, 255, 255]],
    ["lists in lists in lists", [...new Array(100).fill(0x91), 1]],
    ["bytes", [0xc4, 1, 1]],
    ["a whole number of 64 bits", [0xcf, 0, 0, 0, 0, 0, 0, 0, 1]],
    ["the tag that is never used", [0xc1]],
    ["an error", [0xc7, 0, 0x65, 0x92, ...text("Error"), ...text("x")]],
    ["a regular expression", [0xc7, 0, 0x78, 0x92, ...text("(a+)+b"), ...text("")]],
    ["a date", [0xd6, 0xff, 0, 0, 0, 0]],
    ["a value with a name, to refer to", [0xd6, 0x69, 0, 0, 0, 1, 0x90]],
    ["a reference", [0xd6, 0x70, 0, 0, 0, 1]],
  ])("%s is not plain", (_what, bytes) => {
    expect(isPlainValue(Uint8Array.from(bytes), 0)).toBe(false);
  });

  test("of any bytes is plain or not, without an error, and never longer than its bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof isPlainValue(bytes, 0)).toBe("boolean");
        if (isPlainValue(bytes, 0)) {
          expect(isPlainValue(Uint8Array.of(...bytes, 0), 0)).toBe(false);
          expect(isPlainValue(bytes.subarray(0, -1), 0)).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
