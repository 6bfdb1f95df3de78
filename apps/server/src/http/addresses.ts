import type { IncomingMessage, Server } from "node:http";
import { BlockList, isIP } from "node:net";

/** What a client may claim, and only a proxy of ours may say. */
const FORWARDED = [
  "x-real-ip",
  "x-forwarded-for",
  "x-client-ip",
  "x-forwarded-proto",
  "x-request-id",
] as const;

/** Ranges that go by a name, the same names as Express has for them. No address of the open internet is in one. */
const NAMED_RANGES: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/** Tells whether an address, as {@link readAddress} gives it, is in a list. */
export type AddressTest = (address: string) => boolean;

/** Whether this stands for addresses: one of them, a subnet, or the name of a range. */
export function isAddressRange(text: string): boolean {
  return Object.hasOwn(NAMED_RANGES, text) || readSubnet(text) !== undefined;
}

/** @param ranges each of them an {@link isAddressRange}; throws for one that is not */
export function createAddressTest(ranges: readonly string[]): AddressTest {
  const list = new BlockList();
  const subnets = ranges.flatMap((range) =>
    Object.hasOwn(NAMED_RANGES, range) ? NAMED_RANGES[range] : range,
  );
  for (const text of subnets) {
    const subnet = readSubnet(text ?? "");
    if (!subnet) throw new Error(`"${text}" is neither an address nor a subnet`);
    list.addSubnet(subnet.address, subnet.prefix, familyOf(subnet.address));
  }
  return (address) => isIP(address) > 0 && list.check(address, familyOf(address));
}

function readSubnet(text: string): { address: string; prefix: number } | undefined {
  const [, written = "", length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (isIP(written) === 0) return undefined;
  const address = readAddress(written) ?? written;
  const bits = isIP(address) === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  return prefix <= bits ? { address, prefix } : undefined;
}

/**
 * An address in the one form in which it is compared, counted and logged, whoever wrote it: an IPv4 address as such,
 * also where it came by an IPv6 socket, and no port, brackets or zone. `undefined` for anything else.
 */
export function readAddress(text: string): string | undefined {
  const [, bare = text] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? /^([\d.]+):\d+$/.exec(text) ?? [];
  const [address = ""] = bare.split("%", 1);
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6) return undefined;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(short);
  if (!mapped) return short;
  const bytes = mapped.slice(1).flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  return bytes.join(".");
}

/**
 * What limits count by: an IPv4 address, or the first 64 bits of an IPv6 address. A household has that many bits of
 * its own to choose addresses from, one for every try.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::", 2);
  const [before, after] = [head, tail].map((half) => half.split(":").filter((group) => group !== ""));
  const zeroes = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array.from({ length: zeroes }, () => "0"), ...(after ?? [])];
  return `${groups.slice(0, 4).join(":")}::/64`;
}

/**
 * Make `x-real-ip` the true address of every request before anything reads it: rate limits go by it, and so
 * does the framework's `context.ip`.
 *
 * Headers are believed from our own proxies only. Each of them appends to `x-forwarded-for` whom it was called by, so
 * the list is read from its end, for as long as it names one of ours. What stands before is the client's claim.
 *
 * Call after the server listens: listeners are prepended, and the framework prepends its own on listening.
 */
export function overwriteAddresses(server: Server, isProxy: AddressTest): void {
  const overwrite = (request: IncomingMessage) => {
    const { headers, socket } = request;
    const caller = readAddress(socket.remoteAddress ?? "") ?? "unknown";
    const address = clientOf(caller, String(headers["x-forwarded-for"] ?? ""), isProxy);
    const told = isProxy(caller) ? headers : {};
    const protocol = told["x-forwarded-proto"];
    const requestId = told["x-request-id"];
    for (const name of FORWARDED) delete headers[name];
    headers["x-real-ip"] = address;
    if (protocol === "http" || protocol === "https") headers["x-forwarded-proto"] = protocol;
    if (requestId !== undefined) headers["x-request-id"] = requestId;
  };
  server.prependListener("request", overwrite);
  server.prependListener("upgrade", overwrite);
}

function clientOf(caller: string, forwardedFor: string, isProxy: AddressTest): string {
  const hops = forwardedFor.split(",");
  let address = caller;
  while (isProxy(address)) {
    const before = readAddress(hops.pop()?.trim() ?? "");
    if (before === undefined) break;
    address = before;
  }
  return address;
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** Whether an address is this machine's own: the loopback of either protocol. */
export const isThisMachine: AddressTest = createAddressTest(["loopback"]);
