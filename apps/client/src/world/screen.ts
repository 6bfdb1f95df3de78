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

/** Hear when the element's size or the density of its screen changes. Returns the way to stop. */
export function watchScreen(element: HTMLElement, changed: () => void): () => void {
  const observer = new ResizeObserver(changed);
  observer.observe(element);
  const stop = new AbortController();
  const watchDensity = () => {
    const query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const onChange = () => {
      changed();
      watchDensity();
    };
    query.addEventListener("change", onChange, { once: true, signal: stop.signal });
  };
  watchDensity();
  return () => {
    observer.disconnect();
    stop.abort();
  };
}
