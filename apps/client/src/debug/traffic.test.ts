import { Protocol } from "@colyseus/sdk";
import { beforeEach, expect, test } from "@jest/globals";
import { type CountedConnection, countTraffic, createTraffic, type Traffic } from "./traffic.ts";

const TIMED = 0x80;

/** As the SDK's: `send` is a method of the class, and the room sets `onmessage`. */
class FakeConnection implements CountedConnection {
  readonly sent: Uint8Array[] = [];
  readonly received: ArrayBuffer[] = [];
  readonly events: CountedConnection["events"] = {
    onmessage: ({ data }) => this.received.push(data),
  };

  send(data: Uint8Array): void {
    this.sent.push(data);
  }

  receive(...bytes: number[]): void {
    this.events.onmessage?.(new MessageEvent("message", { data: Uint8Array.from(bytes).buffer }));
  }
}

let connection: FakeConnection;
let traffic: Traffic;
beforeEach(() => {
  connection = new FakeConnection();
  traffic = createTraffic();
});

test("every frame is counted once, in full, under what it is for", () => {
  countTraffic(connection, traffic);
  connection.receive(Protocol.ROOM_STATE | TIMED, ...new Array(9).fill(0));
  connection.receive(Protocol.ROOM_STATE_PATCH | TIMED, ...new Array(19).fill(0));
  connection.receive(Protocol.ROOM_STATE_PATCH | TIMED, ...new Array(8).fill(0));
  connection.receive(Protocol.PING);
  connection.receive(Protocol.ROOM_DATA, 1, 2);
  connection.receive(Protocol.ROOM_RESPONSE, 1);
  connection.send(Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE, 1, 2, 3));
  connection.send(Uint8Array.of(Protocol.ROOM_REQUEST, 1));
  connection.send(Uint8Array.of(Protocol.PING));
  expect(traffic).toEqual({
    down: { patch: 30, message: 5, input: 0, heartbeat: 10 },
    up: { patch: 0, message: 2, input: 4, heartbeat: 1 },
  });
});

test("what is counted still arrives", () => {
  countTraffic(connection, traffic);
  const frame = Uint8Array.of(Protocol.PING);
  connection.send(frame);
  connection.receive(Protocol.ROOM_DATA, 7);
  expect(connection.sent).toEqual([frame]);
  expect(connection.received).toHaveLength(1);
});

test("an empty frame is a message of no bytes", () => {
  countTraffic(connection, traffic);
  connection.receive();
  expect(traffic).toEqual(createTraffic());
});

test("stopping leaves the connection as it was", () => {
  const { onmessage } = connection.events;
  countTraffic(connection, traffic)();
  expect(connection.events.onmessage).toBe(onmessage);
  expect(Object.hasOwn(connection, "send")).toBe(false);
});

test("stopping gives a connection that another stands in back to that one", () => {
  const send = (): void => undefined;
  connection.send = send;
  countTraffic(connection, traffic)();
  expect(connection.send).toBe(send);
});

test("stopping takes nothing away from whoever stood in later", () => {
  const stop = countTraffic(connection, traffic);
  const { onmessage } = connection.events;
  const seen: number[] = [];
  const later: typeof onmessage = (event) => {
    seen.push(event.data.byteLength);
    onmessage?.(event);
  };
  connection.events.onmessage = later;
  stop();
  expect(connection.events.onmessage).toBe(later);
  connection.receive(Protocol.ROOM_DATA, 1);
  expect(seen).toEqual([2]);
  expect(connection.received).toHaveLength(1);
  expect(traffic).toEqual(createTraffic());
});
