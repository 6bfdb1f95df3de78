import { ask, UPGRADE } from "./support/ask.ts";
import { expect, test } from "./support/fixtures.ts";

test("with a domain the door speaks TLS by itself, and sends plain HTTP on to it", async ({ stack }) => {
  const [server = ""] = await stack.ids("server");
  const name = `${stack.place.project}-domain`;
  // This one name has a certificate of Caddy's own making; any other has one that is asked for outside. Ports that are free.
  const env = { DOMAIN: "localhost", WEB_PORT: "0", TLS_PORT: "0" };
  await stack.composeWith(env, "run", "-d", "--no-deps", "--service-ports", "--name", name, "web");
  try {
    const portOf = async (inside: number) => {
      const published = await stack.docker("port", name, `${inside}/tcp`);
      return published.trim().split(":").at(-1);
    };
    const plain = `http://localhost:${await portOf(8080)}`;
    const secure = `https://localhost:${await portOf(8443)}`;
    await expect.poll(() => ask(secure, "/").then(({ status }) => status, String)).toBe(200);
    const page = await ask(secure, "/");
    expect(page.headers["strict-transport-security"]).toMatch(/^max-age=\d{8}$/);
    expect(page.headers.server).toBeUndefined();

    const sentOn = await ask(plain, "/?room=ABCDE");
    expect(sentOn.status).toBe(308);
    expect(sentOn.headers.location).toBe("https://localhost/?room=ABCDE");

    const guest = await ask(secure, "/api/guest", { method: "POST" });
    expect(guest.status).toBe(200);
    const room = `/p/${server.slice(0, 12)}/abcdefghi/abcdefghi`;
    // It is the server that answers: there is no such room.
    expect((await ask(secure, room, { headers: { ...UPGRADE, Origin: secure } })).status).toBe(400);
    expect((await ask(secure, "/metrics")).status).toBe(404);
  } finally {
    await stack.docker("rm", "--force", "--volumes", name);
  }
});

test("a domain is all that is set: its ports are open then, and no other, and not without it", async ({
  stack,
}) => {
  const portsWith = async (domain: string) => {
    const config = await stack.composeWith({ DOMAIN: domain, WEB_PORT: "" }, "config");
    return [...config.matchAll(/published: "?(\d+)/g)].map(([, port]) => port);
  };
  expect(await portsWith("play.example.com")).toEqual(["80", "443"]);
  expect(await portsWith("")).toEqual(["8080"]);
});
