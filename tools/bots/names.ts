import type { Random } from "@tagalong/shared/lib/random.ts";

/** Clockwork and small change: short, and nobody takes them for a person. */
const NAMES = [
  "Beep",
  "Boop",
  "Sprocket",
  "Gizmo",
  "Widget",
  "Rivet",
  "Pixel",
  "Turbo",
  "Servo",
  "Dynamo",
  "Gadget",
  "Whirr",
  "Clank",
  "Zap",
  "Tinker",
  "Nano",
  "Rusty",
  "Tick",
  "Tock",
  "Fuse",
  "Diode",
  "Photon",
  "Quark",
  "Lumen",
  "Ohm",
  "Volta",
  "Sparky",
  "Piston",
  "Ratchet",
  "Cogsby",
  "Bolt",
  "Magnet",
  "Bobbin",
  "Pulley",
  "Flywheel",
  "Gasket",
  "Toggle",
  "Dongle",
  "Modem",
  "Ping",
  "Pong",
  "Kettle",
  "Copper",
  "Tinny",
  "Solder",
  "Axle",
  "Buzz",
  "Clicky",
  "Whizz",
  "Bleep",
  "Bloop",
  "Crank",
  "Spindle",
  "Winch",
  "Tesla",
  "Laser",
  "Radar",
  "Sonar",
  "Orbit",
  "Comet",
] as const;

/** Names for so many bots: the list in the seed's order, then once more with numbers, all different. */
export function botNames(count: number, random: Random): string[] {
  const order = shuffled(NAMES, random);
  return Array.from({ length: count }, (_, index) => {
    const name = order[index % order.length] ?? NAMES[0];
    const round = Math.floor(index / order.length) + 1;
    return round === 1 ? name : `${name} ${round}`;
  });
}

/** Fisher and Yates, as Durstenfeld wrote it down: each order is as likely as any other. */
function shuffled<T>(list: readonly T[], random: Random): T[] {
  const order = [...list];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
