/**
 * A room as the client SDK sees it, described without importing the server.
 *
 * The SDK infers `room.state`, `room.send`, `room.request` and `room.onMessage` from the shape of a room class. This interface has that shape, so `sdk.joinById<PlazaContract>(…)` is typed while the client
 * never imports server code, not even types.
 *
 * `answers` lists what `room.request` resolves to, for the messages that are answered with data.
 */
export interface RoomContract<
  D extends {
    state: object;
    join: object;
    toServer: object;
    toClient: object;
    answers?: object;
  },
> {
  state: D["state"];
  "~state": D["state"];
  "~client": { "~messages": D["toClient"] };
  messages: {
    [K in keyof D["toServer"]]: (
      client: unknown,
      message: D["toServer"][K],
    ) => K extends keyof D["answers"] ? D["answers"][K] : void;
  };
  onJoin(client: unknown, options: D["join"]): unknown;
}
