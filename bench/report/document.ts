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
npm run bench -- --players 500 --contenders ours --profile    # and where the server's time goes
\`\`\`

Nothing is asserted about time: a run fails only if something breaks, such as a client that is refused.

## How it is measured

Each contender's server is a process of its own, and so are its clients, all together in a second one. Every client plays
the same seeded walk (\`bench/trace.ts\`): one of eight headings held for 0.5 to 1.5 s, a fifth of the time standing, on
the real map, with the real step in every contender, so that they stop at the same walls. After ${timing.warmUpSeconds} s
of walking, ${timing.seconds} s count.

All clients send every input and receive every byte. Three of them are complete and draw 60 frames a second; the others
read the acknowledgement of a frame and no more, because decoding hundreds of copies of one state would measure the driver.
Bytes are those of the sockets under the WebSockets, both ways: frame headers, masks and pings are in it, the headers of
TCP and IP are not.

${columns.join("\n")}

## The contenders

- **ours**: the server of this repository, whole, as in production; the clients use its connection and its input path,
  those that draw its prediction and interpolation too.
- **textbook**: a Colyseus 0.18 room as the common tutorials write it. Fields \`x\`, \`y\` and \`tick\` of the type
  \`number\`, a message for each input 60 times a second, the step 60 times, a patch for everybody 20 times. Its clients
  interpolate 100 ms in the past. Two ticks of three broadcast nothing. Only those that decode the state see an
  acknowledgement.
- **quantised**: the same with \`x\` and \`y\` in 16 bits (0 to ${POSITION_MAX.toFixed(0)} in steps of 1/32).
- **floor**: a bare \`ws\` server that sends ${BYTES_PER_PLAYER} bytes for each player, 30 times a second: x and y in 16
  bits each, and the low byte of the last input's number. Who it is, is told by the place in the frame, so there are no ids.
  Inputs are two bytes. No rooms, names, joins or reconnects: what the transport costs if nothing else does, and everybody's
  position is sent every tick.

Two figures to check the table against: on Colyseus 0.16 the textbook room gave 5.5, 12.9 and 25.4 kB/s per client with 20,
50 and 100 players, which is 12.8 bytes per player and patch. And the walk itself is little news: about 0.23 kB/s per client
with 100 players is what a perfect encoder would have to send.

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
