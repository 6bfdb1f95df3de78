import type { Server as HttpServer } from "node:http";
import { defineRoom, defineServer, matchMaker } from "@colyseus/core";
import { Encoder, type FieldBuilder } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { TEXTBOOK_ROOM } from "../textbookWire.ts";
import type { StartContender } from "./contender.ts";
import { instrumentNextRoom } from "./instrument.ts";
import { createTextbookRoom } from "./TextbookRoom.ts";

/** The framework's default buffer is too small for the full state of hundreds: it would grow, with a warning, at each join. */
const ENCODE_BUFFER_BYTES = 128 * 1024;

/** A server with one textbook room, whose positions are fields of the given type. */
export function startTextbookRoom(position: () => FieldBuilder<number>): StartContender {
  return async (measuring) => {
    Encoder.BUFFER_SIZE = ENCODE_BUFFER_BYTES;
    instrumentNextRoom(measuring);
    const TextbookRoom = createTextbookRoom(position);
    const transport = new WebSocketTransport();
    const server = defineServer({
      greet: false,
      gracefullyShutdown: false,
      transport,
      rooms: { [TEXTBOOK_ROOM]: defineRoom(TextbookRoom) },
    });
    await server.listen(0, "127.0.0.1");
    const { roomId } = await matchMaker.createRoom(TEXTBOOK_ROOM, {});
    const room = matchMaker.getLocalRoomById(roomId) as InstanceType<typeof TextbookRoom>;
    const address = (transport.server as HttpServer).address();
    if (typeof address !== "object" || !address) throw new Error("the server listens nowhere");
    return {
      port: address.port,
      ids: () => [...room.walkers.keys()],
      place: (id) => room.walkers.get(id),
    };
  };
}
