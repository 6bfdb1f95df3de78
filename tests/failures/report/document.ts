import { cpus, platform } from "node:os";
import { type Figure, SCENARIOS, type ScenarioName } from "./figures.ts";

export type Measured = Partial<
  Record<ScenarioName, { readonly on: string; readonly figures: readonly Figure[] }>
>;

/** What is done in each scenario. Figures are measured; nothing here states one that is not chosen by the test. */
const TEXTS: Record<ScenarioName, { title: string; text: string }> = {
  crash: {
    title: "A process is killed",
    text: `Three processes have rooms of every kind (plain, with a changed title, private, with a password, locked), with players
walking in each. One process gets \`kill -9\`. Its players come back by themselves, using the tickets that their clients
hold, to a room with the same code on another process. Everybody from one room ends up in the same new room, with its title,
lock and password. What only the dead process knew is lost: positions and chat history. Other players must not notice, the
list of rooms must drop the dead ones, and nobody who looks for a room meanwhile may be sent to the dead process.`,
  },
  freeze: {
    title: "A process stands still",
    text: `One of three processes gets SIGSTOP, which leaves all its sockets open and silent, and SIGCONT fourteen seconds later. Its
players' clients notice the silence and open their rooms elsewhere; visitors of its lobby meet in a new one. When the process
resumes, it finds that its rooms have other homes. It closes the connections it still has, with a reason, gives up its lobby
for the new one, and takes new rooms again. No code may have two homes, and no empty room may be listed.`,
  },
  redis: {
    title: "Redis is away",
    text: `Redis is shut down for twenty seconds and loses its data, then is frozen with SIGSTOP for as long, and then is restarted at
once, again without its data. Rooms go on: players walk, see each other walk, and talk. Every request to get in is refused
with \`server/unavailable\` within three seconds, and \`/readyz\` says why; the client of a player who is waiting retries by
itself. When Redis is back, every process writes to it again what it has, and everything can be found as before: lists, codes,
private rooms, quick play.`,
  },
  slowReader: {
    title: "A client stops reading",
    text: `Sixty players walk in one room. One more client keeps sending requests and reads none of the answers. Linux buffers the first
megabytes, which the test fills faster than the server's limits would let a client do. What waits in the server itself is limited
by \`MAX_BUFFERED_BYTES\`; beyond that, the client is closed with \`session/slow_reader\`. A client that does not even answer
pings counts as a lost connection long before that.`,
  },
  drain: {
    title: "A process is asked to end",
    text: `Processes get SIGTERM, as in every deploy, with \`DRAIN_SECONDS=2\`: first one of three; then all three in turn, with a new one
started after each; then all three at once, with the new ones a second later; then all three, with the first new one when the last
has ended, as current compose does it; then one process twice in a row, while some players are joining and one has no network; and
finally one process while Redis is away. Everybody is told beforehand, nobody has to press
anything, nobody is announced as a new arrival, and names, looks, positions, leader, chat history, title, lock, password and bans
stay as they were. Time without a connection runs from the close of the old socket to the welcome in the new room.`,
  },
  split: {
    title: "One game on three processes",
    text: `Nothing fails here: three processes must act as one game. Through different processes, players ask for quick play all at once,
open rooms all at once, take a second seat, and try passwords, locks and bans. Visitors of the lobby see one list of rooms and
read each other's chat.`,
  },
  soak: {
    title: "Players come and go",
    text: `A hundred players are on three processes. About every fifteen seconds each of them does something: says a line, leaves, comes
back elsewhere by quick play or a friend's code, opens a room, or loses the connection, briefly or for longer than the seat is
held. A third of those who leave are replaced by somebody new. Heaps are measured after a garbage collection, open handles
without the players' sockets. The effect of the number of rooms, which rises and falls, is subtracted first. A slope counts as a
leak when it exceeds a harmless rise by more than five times its standard error, which is what the scatter of the readings alone
could explain. Slopes are judged only in runs of a quarter of an hour or more: in its first minutes a process still compiles hot
code and fills caches, which looks like a leak. Every run judges how much more each process holds when it is empty again than
before anybody came.`,
  },
};

/** The document `reliability.md`, all of it. */
export function createDocument(measured: Measured): string {
  const sections = SCENARIOS.map((name) => section(name, measured)).filter((text) => text !== "");
  return `<!-- Written by \`npm run test:failures\` and \`npm run soak\`. The text is in tests/failures/report/document.ts. -->

# What happens when something fails, measured

Every figure below comes from a run of real server processes with a real Redis, behind a small test proxy that finds a room's
process by its path, as the one in \`docker-compose.yml\` does. The players are the client's own code without a screen. A figure
above its limit fails the run.

\`\`\`sh
npm run test:failures                    # all but the last section, a few minutes; needs redis-server
npm run test:failures -- crash           # one section
npm run soak                             # the last section, 30 minutes; SOAK_MINUTES=5 npm run soak for less
\`\`\`

Each run replaces the sections it measured, and leaves the logs of all processes in \`test-results/failures\`. ${machine()}

**Gaps.** Players get a patch thirty times a second. The largest gap between two patches is measured at the players' sockets, so it
includes delays of the machine. The event loops are measured with it: the longest time a server was held up by its own work, the
longest time it was held up by the machine running something else (seen from the processor time it got meanwhile), and the
longest delay of the process that runs all the players. A gap may be a quarter of a second plus twice the delays of the machine and
the players.

${sections.join("\n\n")}
`;
}

function section(name: ScenarioName, measured: Measured): string {
  const run = measured[name];
  if (!run) return "";
  const { title, text } = TEXTS[name];
  const rows = run.figures.map(
    ({ what, value, unit = "", atMost = "" }) => `| ${what} | ${`${value} ${unit}`.trim()} | ${atMost} |`,
  );
  return `## ${title}

${text}

Measured on ${run.on}:

| Figure | Measured | At most |
| :-- | --: | --: |
${rows.join("\n")}`;
}

function machine(): string {
  const model = cpus()[0]?.model.replace(/\s+(?:\d+-Core )?Processor$/, "") ?? "unknown";
  return `The latest run
was on ${cpus().length} cores (${model}), ${platform()}, Node ${process.versions.node}: servers, Redis, proxy and players share them.`;
}
