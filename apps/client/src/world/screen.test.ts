import { describe, expect, test } from "@jest/globals";
import { screenSize } from "./screen.ts";

describe("pixels to draw", () => {
  test("every device pixel of laptops, phones and 5K screens", () => {
    expect(screenSize(1280, 720, 1)).toEqual({ width: 1280, height: 720, pixelRatio: 1 });
    expect(screenSize(360, 740, 2)).toEqual({ width: 720, height: 1480, pixelRatio: 2 });
    expect(screenSize(2560, 1440, 2)).toEqual({ width: 5120, height: 2880, pixelRatio: 2 });
  });

  test("not more than a graphics chip can fill", () => {
    const { width, height } = screenSize(3840, 2160, 2);
    expect(width * height).toBeLessThan(16_100_000);
    expect(width / height).toBeCloseTo(16 / 9, 2);
  });

  test("an element without a size is one pixel, never none", () => {
    expect(screenSize(0, 0, 2)).toMatchObject({ width: 1, height: 1 });
  });
});
