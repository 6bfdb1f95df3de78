import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";

/**
 * No finding of axe that keeps somebody out. The canvas is a picture: what it shows is also said in words.
 *
 * Looked at again when there is one: a view may get something new, still pale, while it is being looked at. What is wrong
 * stays wrong.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await expect(async () => {
    await settleAnimations(page);
    const { violations } = await new AxeBuilder({ page }).exclude("canvas").analyze();
    const found = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join("\n  ")}`);
    expect(found).toEqual([]);
  }).toPass({ timeout: 10_000 });
}

/** What appears, some of it only after a wait, is there by then: halfway it has not its own colours yet. */
async function settleAnimations(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    // One that is cancelled has settled, too.
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

/** Press Tab, or Shift+Tab, until the control of this name has the focus, each stop on the way being visible. */
export async function tabTo(page: Page, name: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const passed: string[] = [];
  while (passed.at(-1) !== name) {
    expect(passed.length, `${name} is reached by ${key}; passed ${passed.join(", ")}`).toBeLessThan(60);
    await page.keyboard.press(key);
    const focus = await readFocus(page);
    expect(focus.isMarked, `${focus.name} shows that it has the focus`).toBe(true);
    passed.push(focus.name);
  }
}

async function readFocus(page: Page): Promise<{ name: string; isMarked: boolean }> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body)
      return { name: "(page)", isMarked: true };
    // A covered radio button or switch shows its focus on the mark beside it.
    const marks = [focused, focused.nextElementSibling].filter((one) => one !== null);
    const isMarked = marks.some((mark) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(mark);
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0;
    });
    const label =
      focused.getAttribute("aria-label") ?? document.querySelector(`label[for="${focused.id}"]`)?.textContent;
    return { name: label ?? focused.textContent?.trim() ?? "", isMarked };
  });
}

/** Controls that cannot be used: cut off by the window, covered by something else, or with their words cut off. */
export async function findUnusableControls(part: Locator): Promise<string[]> {
  return part.evaluate((element) => {
    const faults: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
      faults.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
    for (const control of element.querySelectorAll<HTMLElement>("button, input, select, textarea")) {
      if (control.closest("[inert]") || !control.checkVisibility()) continue;
      const name = control.getAttribute("aria-label") ?? control.id ?? control.textContent;
      const words = name || control.textContent;
      control.scrollIntoView({ block: "nearest", inline: "nearest" });
      const { left, top, right, bottom } = control.getBoundingClientRect();
      if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) {
        faults.push(`${words} is cut off by the window`);
        continue;
      }
      // A quarter and three quarters of the way across: a corner that lies over half of a word is in the way.
      for (const share of [0.25, 0.5, 0.75]) {
        const hit = document.elementFromPoint(left + share * (right - left), (top + bottom) / 2);
        const isReached = hit !== null && (control.contains(hit) || hit.closest("label")?.contains(control));
        if (isReached) continue;
        faults.push(`${words} is covered by ${hit?.outerHTML.slice(0, 80)}`);
        break;
      }
      if (control instanceof HTMLButtonElement && control.scrollWidth > control.clientWidth + 1) {
        faults.push(`the words of ${words} are cut off`);
      }
    }
    return faults;
  });
}
