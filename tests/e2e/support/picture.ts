import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";

/**
 * Whether the pictures of the README are renewed: `UPDATE_SCREENSHOTS=1 npm run test:e2e`. They differ a little on every
 * machine, so a plain run leaves the committed ones alone and takes coarse ones, which is quicker.
 */
const isUpdate = Boolean(process.env.UPDATE_SCREENSHOTS);

/** Device pixels per pixel of the page, in a test that takes pictures. */
export function pictureScale(fine: number): number {
  return isUpdate ? fine : 0.25;
}

/** Take a picture for the README. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = isUpdate ? "docs/screenshots" : "test-results/screenshots";
  const path = new URL(`../../../${folder}/${name}.png`, import.meta.url);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: fileURLToPath(path), animations: "disabled" });
}
