import { type Client, Room } from "@colyseus/core";
import { type FieldBuilder, type SchemaType, schema, t } from "@colyseus/schema";
import { type Mover, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { MOVE_MESSAGE, PATCH_MS, TEXTBOOK_HZ, type TextbookInput } from "../textbookWire.ts";

/** A schema class with the one field that matters here in the type asked for. */
function createState(position: () => FieldBuilder<number>) {
  const Player = schema({ x: position(), y: position(), tick: t.number().default(0) }, "Player");
  const State = schema({ players: t.map(Player) }, "State");
  return { Player, State };
}
type TextbookState = SchemaType<ReturnType<typeof createState>["State"]>;

/** What the step needs and nobody is sent. */
interface Walker extends Mover {
  queue: TextbookInput[];
}

/**
 * A room as the common tutorials write it: every input is a message, the step applies what came, and a patch with every
 * changed field goes to everybody 20 times a second. The walk itself is ours, so that all contenders' players go the
 * same ways and stop at the same walls.
 *
 * @param position type of the fields `x` and `y`
 */
export function createTextbookRoom(position: () => FieldBuilder<number>) {
  const { Player, State } = createState(position);
  return class TextbookRoom extends Room<{ state: TextbookState }> {
    override state = new State();
    override patchRate = PATCH_MS;
    override autoDispose = false;
    readonly walkers = new Map<string, Walker>();

    override onCreate(): void {
      this.onMessage(MOVE_MESSAGE, (client: Client, input: TextbookInput) => {
        this.walkers.get(client.sessionId)?.queue.push(input);
      });
      this.setFixedTimestep(({ dt }) => {
        for (const [sessionId, player] of this.state.players) {
          const walker = this.walkers.get(sessionId);
          for (let input = walker?.queue.shift(); walker && input; input = walker.queue.shift()) {
            stepMover(walker, { dx: input.dx, dy: input.dy, dash: 0 }, dt, PLAZA_MAP);
            player.x = walker.x;
            player.y = walker.y;
            player.tick = input.tick;
          }
        }
      }, TEXTBOOK_HZ);
    }

    override onJoin(client: Client): void {
      const { spawns } = PLAZA_MAP;
      const { x, y } = spawns[this.clients.length % spawns.length] ?? { x: 0, y: 0 };
      const walker = { x, y, facing: 0, motion: 0, dashTicks: 0, cooldownTicks: 0, queue: [] };
      this.walkers.set(client.sessionId, walker);
      this.state.players.set(client.sessionId, new Player({ x, y }));
    }

    override onLeave(client: Client): void {
      this.walkers.delete(client.sessionId);
      this.state.players.delete(client.sessionId);
    }
  };
}
