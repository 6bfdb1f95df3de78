import { cpus, platform } from "node:os";
import { POSITION_MAX } from "../contenders/positions.ts";
import { BYTES_PER_PLAYER } from "../floorWire.ts";
import type { Measurement, Timing } from "../run.ts";
import { COLUMNS } from "./columns.ts";
import { markdownTable } from "./table.ts";

export interface DocumentOptions {
  measurements: readonly Measurement[];
  timing: Timing;
  /** What was typed to get here. */
  command: string;
  /** File name of the chart, beside the document. */
  chart: string;
  /** Kept by hand; comes last. */
  notes: string;
}

/** The document `performance.md`. Everything but the notes is made here: change it in `bench/report`. */
export function createDocument({ measurements, timing, command, chart, notes }: DocumentOptions): string {
  const columns = COLUMNS.map(({ head, meaning }) => `- **${head}**: ${meaning}`);
  return `<!-- Written by \`npm run bench\`. The text is in bench/report/document.ts, the last section in bench/notes.md. -->

# What it costs, measured

${summary(measurements)}

${markdownTable(measurements)}

![Bytes received by each client, by number of players](${chart})

${machine(command)}

## Measure it yourself

\`\`\`sh
npm run bench                 # everything, about six minutes; writes this file and the chart
npm run bench -- --quick      # 20 and 50 players, under a minute; writes nothing
npm run bench -- --players 100,500 --contenders ours,textbook --seconds 20 --out /tmp/bench
npm run bench -- --players 500 --contenders ours --profile    # also shows where the server spends its time
\`\`\`

No time is asserted: a run fails only if something breaks, for example when a client is refused.

## How it is measured

Each contender's server runs in its own process, and all its clients run together in a second one. The clients play seeded
walks (\`bench/trace.ts\`), the same ones for every contender: one of eight headings held for 0.5 to 1.5 s, standing a fifth of the
time. Every contender uses the real map and the real step, so players stop at the same walls. After ${timing.warmUpSeconds} s of walking, ${timing.seconds} s are
measured.

All clients send every input and receive every byte. Three of them are complete and draw 60 frames a second. The others read
only the acknowledgement in each frame, because decoding hundreds of copies of one state would measure the driver. Bytes are
counted both ways at the sockets under the WebSockets: they include frame headers, masks and pings, but not TCP and IP headers.

${columns.join("\n")}

## The contenders

- **ours**: this repository's whole server, as in production. The clients use its connection and input path; those that draw
  also use its prediction and interpolation.
- **textbook**: a Colyseus 0.18 room as common tutorials write it: fields \`x\`, \`y\` and \`tick\` of type \`number\`, a message per
  input and a step 60 times a second, and a patch for everybody 20 times a second, so two ticks of three broadcast nothing. Its
  clients interpolate 100 ms in the past. Only those that decode the state see an acknowledgement.
- **quantised**: the same, with \`x\` and \`y\` in 16 bits (0 to ${POSITION_MAX.toFixed(0)} in steps of 1/32).
- **floor**: a bare \`ws\` server that sends ${BYTES_PER_PLAYER} bytes for each player, 30 times a second: x and y in 16
  bits each, and the low byte of the last input's number. The place in the frame identifies the player, so there are no ids.
  Inputs are two bytes. It has no rooms, names, joins or reconnects: this is what the transport alone costs when everybody's
  position is sent every tick.

Two figures to check the table against: on Colyseus 0.16 the textbook room sent 5.5, 12.9 and 25.4 kB/s per client with 20,
50 and 100 players, which is 12.8 bytes per player and patch. And the walk itself carries little information: with 100 players,
a perfect encoder would have to send about 0.23 kB/s per client.

${notes.trim()}
`;
}

/** The result in a sentence, before the table that nobody can read at once. */
function summary(measurements: readonly Measurement[]): string {
  const kB = (contender: string, players: number) =>
    (measurements.find((row) => row.contender === contender && row.players === players)?.driver
      .downBytesPerSecond ?? Number.NaN) / 1_000;
  const sizes = [...new Set(measurements.map(({ players }) => players))];
  const sentences = sizes.flatMap((players) => {
    const [ours, textbook] = [kB("ours", players), kB("textbook", players)];
    const share = `1/${Math.round(textbook / ours)}`;
    if (!Number.isFinite(ours) || !Number.isFinite(textbook)) return [];
    return [
      `${players} players: ${ours.toFixed(2)} kB/s for each, where the textbook room sends ${textbook.toFixed(2)} (${share})`,
    ];
  });
  return sentences.map((sentence) => `- ${sentence}`).join("\n");
}

function machine(command: string): string {
  const [cpu] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  const cores = `${cpus().length} cores (${cpu?.model.trim() ?? "unknown"})`;
  const software = `${platform()}, Node ${process.versions.node}`;
  return `Measured on ${day} with \`${command}\`: ${cores}, ${software}. Server and clients share these cores.`;
}
