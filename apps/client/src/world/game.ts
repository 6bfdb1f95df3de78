import Phaser from "phaser";
import { createScenes } from "../scenes.ts";
import { artScaleFor } from "./art.ts";
import { zoomFor } from "./camera.ts";
import { FocusRing } from "./FocusRing.ts";
import { Keyboard } from "./Keyboard.ts";
import type { SceneOverlay, World } from "./PlazaScene.ts";
import { ScreenWatch, screenOf, screenSize } from "./screen.ts";

export interface GameHandle {
  /** Show this room's world; called on connect and after each reconnect (views of players that stay are kept). */
  enter(net: World): void;
  /** Back to the empty square behind the menu. */
  leave(): void;
  /** While true the keyboard does not drive the avatar (typing, menu open). */
  setTyping(typing: boolean): void;
  /** Draw a speech bubble over a player. */
  say(sessionId: string, text: string): void;
  /** So much at the upper edge the interface lies over (CSS pixels): what is said is shown below it. */
  setCoveredTop(height: number): void;
  /** Drawn over the square from now on, until another or none is set. */
  setOverlay(overlay: SceneOverlay | undefined): void;
  /** Resolves when the art is loaded and the square is drawn; rejects with a plain error if it cannot be. */
  readonly ready: Promise<void>;
  destroy(): void;
}

const GRASS = "#8ecf6a";
const LABEL = "Town square: walk with arrow keys or WASD, Shift or Space to dash, Enter to chat";

const games = new WeakMap<HTMLElement, GameHandle>();

/** The game in this element. Asking twice gives the same one. */
export function createGame(parent: HTMLElement, options: { reducedMotion: boolean }): GameHandle {
  const existing = games.get(parent);
  if (existing) return existing;

  const scenes = createScenes({ ...options, artScale: artScaleFor(mostPixelsPerUnit()) });
  const { plaza } = scenes;
  const { width, height } = screenOf(parent);
  const game = new Phaser.Game({
    type: Phaser.AUTO,
    parent,
    width,
    height,
    backgroundColor: GRASS,
    banner: false,
    autoFocus: false,
    audio: { noAudio: true },
    // All input comes from DOM listeners of our own; the interface lies over the canvas.
    input: { keyboard: false, mouse: false, touch: false, gamepad: false, windowEvents: false },
    // One canvas pixel is one device pixel: we set its size, the page's style stretches it over the parent.
    scale: { mode: Phaser.Scale.NONE },
    // Never rounded to pixels: at low speeds that shows as a stutter. Soft edges are in the pictures, so the
    // screen needs no multisampling, which costs weak graphics chips half their speed.
    render: { antialias: true, antialiasGL: false, roundPixels: false },
    loader: { imageLoadType: "HTMLImageElement" },
    scene: Object.values(scenes),
  });
  const { canvas } = game;
  Object.assign(canvas.style, { display: "block", width: "100%", height: "100%" });
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", LABEL);
  const keyboard = new Keyboard(canvas);
  plaza.keyboard = keyboard;
  const focusRing = new FocusRing(canvas, parent);

  let isInRoom = false;
  let isTyping = false;
  const settle = () => {
    keyboard.enabled = isInRoom && !isTyping;
    // Behind the menu there is nothing to steer, so nothing to stop at either.
    canvas.tabIndex = isInRoom ? 0 : -1;
    canvas.ariaHidden = isInRoom ? null : "true";
  };
  settle();

  const watch = new ScreenWatch(parent);
  // Resizing clears a canvas, so it is done in the step that draws it again.
  game.events.on(Phaser.Core.Events.PRE_STEP, () => {
    if (!watch.hasChanged() || parent.clientWidth === 0 || parent.clientHeight === 0) return;
    const screen = screenOf(parent);
    game.scale.resize(screen.width, screen.height);
    plaza.pixelRatio = screen.pixelRatio;
  });

  const handle: GameHandle = {
    ready: plaza.ready,
    enter(net) {
      const isNew = !isInRoom;
      isInRoom = true;
      settle();
      plaza.enter(net);
      // Not again after a reconnect: the player may be in the middle of a sentence.
      if (isNew) canvas.focus({ preventScroll: true });
    },
    leave() {
      isInRoom = false;
      settle();
      // What is hidden from assistive technology must not have the focus.
      canvas.blur();
      plaza.leave();
    },
    setTyping(typing) {
      isTyping = typing;
      settle();
    },
    say: (sessionId, text) => plaza.say(sessionId, text),
    setCoveredTop(height) {
      plaza.coveredTop = height;
    },
    setOverlay(overlay) {
      plaza.overlay = overlay;
    },
    destroy() {
      games.delete(parent);
      watch.stop();
      keyboard.dispose();
      focusRing.dispose();
      game.destroy(true);
      // Phaser destroys itself in its next step, which a hidden page may never see.
      canvas.remove();
      window.onblur = null;
      window.onfocus = null;
    },
  };
  games.set(parent, handle);
  return handle;
}

/** For this screen's largest window: art is loaded once, and a window may grow later. */
function mostPixelsPerUnit(): number {
  const { width, height } = window.screen;
  return zoomFor(width, height) * screenSize(width, height, window.devicePixelRatio).pixelRatio;
}

// A running game cannot change its own code. The page reloads, and the player's seat is resumed.
import.meta.hot?.accept(() => location.reload());
