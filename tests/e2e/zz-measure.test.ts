import { execSync } from "node:child_process";
import { test } from "./support/fixtures.ts";

for (const size of [
  [1280, 720],
  [800, 500],
] as const)
  test(`measure ${size}`, async ({ visit }) => {
    const ann = await visit({ name: "Ann" });
    await ann.page.setViewportSize({ width: size[0], height: size[1] });
    const f = () =>
      ann.page.evaluate(
        () =>
          new Promise<number>((r) => {
            let n = 0;
            const t0 = performance.now();
            const go = () => {
              n++;
              performance.now() - t0 > 3000 ? r(n / 3) : requestAnimationFrame(go);
            };
            go();
          }),
      );
    console.log(size, "menu fps", await f());
    await ann.play.click();
    await ann.arrive();
    console.log(size, "room fps", await f());
    console.log(
      execSync(
        "ps aux --sort=-%cpu | awk '{print $3,$10,$11,$12,$13}' | cut -c1-80 | head -8; uptime",
      ).toString(),
    );
  });
