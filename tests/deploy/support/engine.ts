import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** Pinned where they are used: the images that ours are made from, and Redis. */
const IMAGES = ["node:24-bookworm-slim", "redis:8-alpine", "caddy:2-alpine"];
/** Beside the repository, on machines that can install packages but pull no image. */
const STAND_INS = "../shared/containers/offline-images";

export interface Engine {
  readonly compose: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * An engine that has the images that everything is built from. They are pulled, or, where they cannot be, built by a
 * script that stands beside the repository on some machines.
 */
export function findEngine(): Engine | { missing: string } {
  const script = resolve(process.env.OFFLINE_IMAGES ?? STAND_INS);
  const env = canPull() ? {} : existsSync(script) ? buildStandIns(script) : undefined;
  if (!env) {
    return {
      missing: isThere(["docker", "version"])
        ? `The images ${IMAGES.join(", ")} cannot be pulled here: check this machine's way to their registry.`
        : "No Docker engine answers: install one and start it, or set DOCKER_HOST to where it listens.",
    };
  }
  const named = process.env.COMPOSE?.split(" ");
  const compose = [named, ["docker", "compose"], ["docker-compose"]].find((words) => {
    return words !== undefined && isThere([...words, "version"], env);
  });
  return compose
    ? { compose, env }
    : { missing: "There is a Docker engine but neither `docker compose` nor `docker-compose`: install one." };
}

function isThere([program = "", ...args]: readonly string[], env = {}): boolean {
  return spawnSync(program, args, { env: { ...process.env, ...env }, stdio: "ignore" }).status === 0;
}

function canPull(): boolean {
  return (
    isThere(["docker", "version"]) &&
    IMAGES.every(
      (image) => isThere(["docker", "image", "inspect", image]) || isThere(["docker", "pull", image]),
    )
  );
}

/** The engine it starts goes on running: it is there at once the next time. */
function buildStandIns(script: string): Record<string, string> {
  const output = execFileSync(script, IMAGES, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const host = /^DOCKER_HOST=(.+)$/m.exec(output)?.[1];
  if (!host) throw new Error(`${script} did not say where its engine is:\n${output}`);
  return { DOCKER_HOST: host, DOCKER_BUILDKIT: "0", COMPOSE_DOCKER_CLI_BUILD: "0" };
}
