import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import {
  createAddressTest,
  isAddressRange,
  isThisMachine,
  networkOf,
  overwriteAddresses,
  readAddress,
} from "./addresses.ts";

const LOCAL = "127.0.0.1";
const PROXY_HERE = ["loopback"];
/** What a listener that was there first sees of a request with these headers. */
async function seen(
  proxies: readonly string[],
  headers: Record<string, string | string[]>,
  kind: "request" | "upgrade" = "request",
): Promise<IncomingHttpHeaders> {
  const listening = createServer();
  const arrived = new Promise<IncomingHttpHeaders>((resolve) => {
    listening.on("request", ({ headers: found }, response) => {
      response.end();
      resolve(found);
    });
    listening.on("upgrade", ({ headers: found }, socket) => {
      socket.destroy();
      resolve(found);
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  overwriteAddresses(listening, createAddressTest(proxies));
  const upgrade = kind === "upgrade" ? { connection: "Upgrade", upgrade: "websocket" } : {};
  const { port } = listening.address() as AddressInfo;
  const asked = request({ port, host: "127.0.0.1", agent: false, headers: { ...headers, ...upgrade } });
  // An upgrade is ended without an answer.
  asked.on("error", () => undefined);
  asked.on("response", (response) => response.resume());
  asked.end();
  try {
    return await arrived;
  } finally {
    await new Promise((resolve) => listening.close(resolve));
  }
}

const SPOOFED = { "x-real-ip": "6.6.6.6", "x-forwarded-for": "7.7.7.7", "x-client-ip": "8.8.8.8" };

describe.each(["request", "upgrade"] as const)("the address of a %s", (kind) => {
  const addressOf = async (proxies: readonly string[], forwardedFor: string | string[]) => {
    const headers = await seen(proxies, { ...SPOOFED, "x-forwarded-for": forwardedFor }, kind);
    expect([headers["x-forwarded-for"], headers["x-client-ip"]]).toEqual([undefined, undefined]);
    return headers["x-real-ip"];
  };

  test("is the socket's, whatever the client claims", async () => {
    expect(await addressOf([], "7.7.7.7")).toBe(LOCAL);
  });

  test("is the socket's where the proxy is somebody else", async () => {
    expect(await addressOf(["10.0.0.0/8", "::1"], "7.7.7.7")).toBe(LOCAL);
  });

  test("is there when nothing is claimed", async () => {
    for (const proxies of [[], PROXY_HERE]) {
      expect((await seen(proxies, {}, kind))["x-real-ip"]).toBe(LOCAL);
    }
  });

  test("behind a proxy is the last hop, which the proxy itself appended", async () => {
    expect(await addressOf(PROXY_HERE, "6.6.6.6, 9.9.9.9 ,203.0.113.7 ")).toBe("203.0.113.7");
  });

  test("behind a proxy that appends a header of its own is the last of all", async () => {
    expect(await addressOf(PROXY_HERE, ["6.6.6.6", "203.0.113.7"])).toBe("203.0.113.7");
  });

  test("behind several proxies of ours is the last hop that is none of them", async () => {
    const chain = "6.6.6.6, 203.0.113.7, 10.0.0.9, 10.0.0.5";
    expect(await addressOf([...PROXY_HERE, "10.0.0.0/8"], chain)).toBe("203.0.113.7");
    expect(await addressOf([...PROXY_HERE, "10.0.0.5"], chain)).toBe("10.0.0.9");
  });

  test("behind a proxy that says nothing, or no address, is the last one that is known", async () => {
    expect((await seen(PROXY_HERE, { "x-real-ip": "6.6.6.6" }, kind))["x-real-ip"]).toBe(LOCAL);
    for (const nothing of ["6.6.6.6, ", "unknown", "6.6.6.6, <script>", "x".repeat(500), "6.6.6.6.6", ""]) {
      expect(await addressOf(PROXY_HERE, nothing)).toBe(LOCAL);
    }
    expect(await addressOf(PROXY_HERE, "6.6.6.6, unknown, 127.0.0.9")).toBe("127.0.0.9");
  });

  test("is written in one form, with and without a port", async () => {
    expect(await addressOf(PROXY_HERE, "203.0.113.7:4711")).toBe("203.0.113.7");
    expect(await addressOf(PROXY_HERE, "[2001:DB8:0::7]:4711")).toBe("2001:db8::7");
    expect(await addressOf(PROXY_HERE, "::ffff:203.0.113.7")).toBe("203.0.113.7");
  });

  test("the protocol, too, is told by a proxy of ours and by nobody else", async () => {
    const protocol = async (proxies: readonly string[], told: string) =>
      (await seen(proxies, { "x-forwarded-proto": told }, kind))["x-forwarded-proto"];
    expect(await protocol(PROXY_HERE, "https")).toBe("https");
    expect(await protocol([], "https")).toBeUndefined();
    expect(await protocol(PROXY_HERE, "javascript")).toBeUndefined();
  });
});

test("an address is read in whatever form it comes, and nothing else is", () => {
  const forms = {
    "1.2.3.4": "1.2.3.4",
    "1.2.3.4:80": "1.2.3.4",
    "::ffff:1.2.3.4": "1.2.3.4",
    "::FFFF:102:304": "1.2.3.4",
    "[::1]": "::1",
    "2001:0DB8:0000::0001": "2001:db8::1",
    "fe80::1%eth0": "fe80::1",
  };
  for (const [written, read] of Object.entries(forms))
    expect([written, readAddress(written)]).toEqual([written, read]);
  for (const none of [
    "",
    "1.2.3",
    "1",
    "unknown",
    "1.2.3.4.5",
    "[::1",
    "::g",
    "01.2.3.4",
    "localhost",
    "1.2.3.4 ",
  ]) {
    expect([none, readAddress(none)]).toEqual([none, undefined]);
  }
});

test("a household is one network: an IPv4 address, or half of an IPv6 address", () => {
  for (const [address, network] of [
    ["203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:1::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["2001:db8:1::", "2001:db8:1:0::/64"],
    ["unknown", "unknown"],
  ] as const) {
    expect([address, networkOf(address)]).toEqual([address, network]);
  }
});

test("addresses, subnets and named ranges are told from what is none", () => {
  for (const range of ["10.0.0.5", "10.0.0.0/8", "0.0.0.0/0", "::1", "fc00::/7", "loopback", "uniquelocal"]) {
    expect([range, isAddressRange(range)]).toEqual([range, true]);
  }
  for (const none of [
    "",
    "1",
    "*",
    "10.0.0.0/33",
    "10.0.0.0/",
    "::/129",
    "10.0/8",
    "host",
    "constructor",
    "/8",
  ]) {
    expect([none, isAddressRange(none)]).toEqual([none, false]);
    expect(() => createAddressTest([none])).toThrow("neither an address nor a subnet");
  }
  const isOurs = createAddressTest(["uniquelocal", "203.0.113.7"]);
  for (const ours of ["10.9.9.9", "172.31.0.1", "192.168.1.1", "fd00::1", "203.0.113.7"]) {
    expect([ours, isOurs(ours)]).toEqual([ours, true]);
  }
  for (const other of ["172.32.0.1", "203.0.113.8", "2001:db8::1", "127.0.0.1", "unknown", ""]) {
    expect([other, isOurs(other)]).toEqual([other, false]);
  }
});

test("this machine is known by its loopback addresses", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) {
    expect(isThisMachine(address)).toBe(true);
  }
  for (const address of ["192.168.0.1", "::ffff:10.0.0.1", "fe80::1", "1127.0.0.1", "unknown", ""]) {
    expect(isThisMachine(address)).toBe(false);
  }
});
