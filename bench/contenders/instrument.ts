import { Room } from "@colyseus/core";
import type { ContenderOptions } from "./contender.ts";

/**
 * Measure the next room with a fixed timestep from outside: its step and its broadcasts, whoever calls them. Must be
 * called before that room is made.
 *
 * @returns gives the room, once it is there
 */
export function instrumentNextRoom({
  meter,
  onStep,
}: Pick<ContenderOptions, "meter" | "onStep">): () => Room | undefined {
  const { setFixedTimestep, broadcastPatch } = Room.prototype;
  let measured: Room | undefined;
  Room.prototype.setFixedTimestep = function (step, ...rest) {
    measured ??= this;
    const isMeasured = measured === this;
    setFixedTimestep.call(
      this,
      (context) => {
        if (!isMeasured) return step(context);
        meter.step(() => step(context));
        onStep();
      },
      ...rest,
    );
  };
  Room.prototype.broadcastPatch = function () {
    return this === measured ? meter.broadcast(() => broadcastPatch.call(this)) : broadcastPatch.call(this);
  };
  return () => measured;
}
