export interface ScreenSize {
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel; less than the device's where its own would be too many to draw. */
  readonly pixelRatio: number;
}

/** More than a 5K screen has: beyond it, fewer pixels are drawn than the screen could show. */
const MAX_PIXELS = 16_000_000;
const MAX_PIXEL_RATIO = 3;

/** The pixels to draw for an element of this size (CSS pixels), at least one. */
export function screenSize(width: number, height: number, devicePixelRatio: number): ScreenSize {
  const affordable = Math.sqrt(MAX_PIXELS / Math.max(width * height, 1));
  const pixelRatio = Math.min(devicePixelRatio, MAX_PIXEL_RATIO, affordable);
  return {
    width: Math.max(Math.round(width * pixelRatio), 1),
    height: Math.max(Math.round(height * pixelRatio), 1),
    pixelRatio,
  };
}

export function screenOf(element: HTMLElement): ScreenSize {
  return screenSize(element.clientWidth, element.clientHeight, window.devicePixelRatio);
}

/** Tells whether the element's size or its screen's density changed since it was last asked. */
export class ScreenWatch {
  readonly #observer = new ResizeObserver(() => {
    this.#isResized = true;
  });
  #isResized = true;
  #devicePixelRatio = 0;

  constructor(element: HTMLElement) {
    this.#observer.observe(element);
  }

  hasChanged(): boolean {
    // Moved to another screen or zoomed by the browser: the size may stay, so no observer speaks up.
    const hasChanged = this.#isResized || window.devicePixelRatio !== this.#devicePixelRatio;
    this.#isResized = false;
    this.#devicePixelRatio = window.devicePixelRatio;
    return hasChanged;
  }

  stop(): void {
    this.#observer.disconnect();
  }
}
