import { PlazaScene, type WorldOptions } from "./world/PlazaScene.ts";

/** Every scene of the game. The first is shown at the start. */
export function createScenes(options: WorldOptions) {
  return { plaza: new PlazaScene(options) };
}
