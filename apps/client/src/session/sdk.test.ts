import { describe, expect, test } from "@jest/globals";
import { createSdk } from "./sdk.ts";

/** The two places where the framework asks for an address, which it keeps to itself. */
interface Addresses {
  buildEndpoint(
    seat: { publicAddress?: string; processId: string; roomId: string },
    options: Record<string, string>,
  ): string;
  getHttpEndpoint(path: string): string;
}

function addressesOf(endpoint: string): Addresses {
  return createSdk(endpoint) as unknown as Addresses;
}

const seat = { processId: "pR0c", roomId: "r00M" };
const onProcess = { ...seat, publicAddress: "p/3f2a9c" };

describe("the address of a room's socket", () => {
  test.each([
    ["http://localhost:8080", "ws://localhost:8080"],
    ["https://play.example", "wss://play.example"],
    ["https://play.example:8443", "wss://play.example:8443"],
    ["http://localhost:5173/game", "ws://localhost:5173/game"],
    ["https://play.example/deep/base", "wss://play.example/deep/base"],
    ["http://[::1]:8080", "ws://[::1]:8080"],
  ])("below %s it names the process that holds the room", (endpoint, base) => {
    const address = addressesOf(endpoint).buildEndpoint(onProcess, { sessionId: "s1" });
    expect(address).toBe(`${base}/p/3f2a9c/pR0c/r00M?sessionId=s1`);
  });

  test.each([
    ["http://localhost:2567", "ws://localhost:2567"],
    ["https://play.example/game", "wss://play.example/game"],
    ["http://p:2567", "ws://p:2567"],
    ["https://p", "wss://p"],
  ])("below %s it is the framework's own where a reservation names no process", (endpoint, base) => {
    expect(addressesOf(endpoint).buildEndpoint(seat, { sessionId: "s1" })).toBe(
      `${base}/pR0c/r00M?sessionId=s1`,
    );
  });

  test("a host of its own is reached as it is", () => {
    const elsewhere = { ...seat, publicAddress: "eu.play.example/p1" };
    expect(addressesOf("https://play.example/game").buildEndpoint(elsewhere, {})).toBe(
      "wss://eu.play.example/p1/pR0c/r00M?",
    );
  });
});

test("a request goes to any process, whatever it is for", () => {
  const request = (endpoint: string) => addressesOf(endpoint).getHttpEndpoint("/matchmake/reconnect/r00M");
  expect(request("http://localhost:5173/game")).toBe("http://localhost:5173/game/matchmake/reconnect/r00M");
  expect(request("https://p")).toBe("https://p/matchmake/reconnect/r00M");
});
