import type { Point } from "@tagalong/shared/world/map.ts";

/** Never more of the map than this is on screen, so that a big monitor sees no further than a small one (u). */
const MAX_VIEW = { width: 1280, height: 800 } as const;
/** Below this, figures on a narrow phone would be too small to tell apart. */
const MIN_ZOOM = 0.85;

/** How quickly the camera closes in on its target (ms to cover 63 % of the way). */
const FOLLOW_MS = 110;
const DRIFT_MS = 1_800;
/** The camera's round trip over the empty square. */
const DRIFT_PERIOD_MS = 110_000;
const DRIFT_REACH = { x: 330, y: 190 } as const;

/** How the world is laid on the screen in this frame. */
export interface View {
  /** Device pixels. */
  width: number;
  height: number;
  /** Device pixels per world unit. */
  zoom: number;
  /** Device pixels per unit of text: text never gets smaller than its CSS size, and grows with the world. */
  textZoom: number;
  /** World position of the screen's upper left corner. */
  left: number;
  top: number;
  /** Device pixels at the upper edge over which the interface lies. */
  coveredTop: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** CSS pixels per world unit for a window of this size (CSS pixels). */
export function zoomFor(width: number, height: number): number {
  return Math.max(width / MAX_VIEW.width, height / MAX_VIEW.height, MIN_ZOOM);
}

/**
 * Where the camera may look along one axis without showing what lies beyond the map.
 *
 * @param covered so much of what is shown lies behind the interface, at its start: there is nothing to be seen there
 */
export function clampCentre(centre: number, shown: number, whole: number, covered = 0): number {
  if (shown >= whole + covered) return (whole - covered) / 2;
  return Math.min(Math.max(centre, shown / 2 - covered), whole - shown / 2);
}

/** The share of a distance that an eased motion covers in this time: the same path at every frame rate. */
export function easeShare(elapsedMs: number, timeMs: number): number {
  return 1 - Math.exp(-elapsedMs / timeMs);
}

/** Decides where the camera looks, frame by frame. */
export class CameraRig {
  readonly view: View = { width: 1, height: 1, zoom: 1, textZoom: 1, left: 0, top: 0, coveredTop: 0 };
  readonly #map: Size;
  readonly #home: Point;
  #x: number;
  #y: number;
  /** When the wandering began, at home; undefined while following. */
  #driftsSince: number | undefined;

  constructor(map: Size, home: Point) {
    this.#map = map;
    this.#home = home;
    this.#x = home.x;
    this.#y = home.y;
  }

  /**
   * @param pixelRatio device pixels per CSS pixel
   * @param coveredTop CSS pixels at the upper edge over which the interface lies
   */
  setScreen(width: number, height: number, pixelRatio: number, coveredTop = 0): void {
    const zoom = zoomFor(width / pixelRatio, height / pixelRatio);
    this.view.width = width;
    this.view.height = height;
    this.view.zoom = zoom * pixelRatio;
    this.view.textZoom = Math.max(zoom, 1) * pixelRatio;
    this.view.coveredTop = coveredTop * pixelRatio;
    this.#place();
  }

  follow(target: Point, elapsedMs: number): void {
    this.#driftsSince = undefined;
    this.#approach(target.x, target.y, easeShare(elapsedMs, FOLLOW_MS));
  }

  jumpTo(target: Point): void {
    this.#driftsSince = undefined;
    this.#approach(target.x, target.y, 1);
  }

  /** Wander slowly over the square. */
  drift(now: number, elapsedMs: number): void {
    this.#driftsSince ??= now;
    const turn = ((now - this.#driftsSince) / DRIFT_PERIOD_MS) * Math.PI * 2;
    const x = this.#home.x + Math.sin(turn) * DRIFT_REACH.x;
    const y = this.#home.y + Math.sin(turn * 2) * DRIFT_REACH.y * 0.5;
    const share = easeShare(elapsedMs, DRIFT_MS);
    this.#x += (x - this.#x) * share;
    this.#y += (y - this.#y) * share;
    this.#place();
  }

  /** The menu's still view, where motion is unwelcome. */
  rest(): void {
    this.jumpTo(this.#home);
  }

  /** Towards a place on the screen's own pixel grid: in motion that is unseen, at rest the picture is sharp. */
  #approach(x: number, y: number, share: number): void {
    const { zoom, width, height } = this.view;
    this.#x += (onGrid(this.#clampX(x), zoom, width) - this.#x) * share;
    this.#y += (onGrid(this.#clampY(y), zoom, height) - this.#y) * share;
    this.#place();
  }

  #place(): void {
    const { view } = this;
    const shownX = view.width / view.zoom;
    const shownY = view.height / view.zoom;
    this.#x = this.#clampX(this.#x);
    this.#y = this.#clampY(this.#y);
    view.left = this.#x - shownX / 2;
    view.top = this.#y - shownY / 2;
  }

  #clampX(x: number): number {
    return clampCentre(x, this.view.width / this.view.zoom, this.#map.width);
  }

  #clampY(y: number): number {
    const { height, zoom, coveredTop } = this.view;
    return clampCentre(y, height / zoom, this.#map.height, coveredTop / zoom);
  }
}

/** The nearest centre for which the screen's edge falls between two pixels. */
function onGrid(centre: number, zoom: number, pixels: number): number {
  return (Math.round(centre * zoom - pixels / 2) + pixels / 2) / zoom;
}
