import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";

/**
 * A picture for the README. Pictures differ a little on every machine, so a plain run leaves the committed ones alone:
 * `UPDATE_PICTURES=1 npm run test:e2e` renews them.
 */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.UPDATE_PICTURES ? "docs/screenshots" : "test-results/screenshots";
  const path = new URL(`../../../${folder}/${name}.png`, import.meta.url);
  await page.screenshot({ path: fileURLToPath(path), animations: "disabled" });
}
