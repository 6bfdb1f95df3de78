import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ok, problem, warning } from "./findings.mjs";

const STEPS = {
  join: "join a private room",
  arrive: "see oneself there",
  walk: "walk a step that the server agrees to",
  say: "say something and hear it",
  refusal: "be refused an empty line, with its reason",
  leave: "leave",
};

/** All of it, with the client's own code: what works here works in the browser. */
export async function* examineVisit(root, base) {
  const { visit } = await import(pathToFileURL(join(root, "tools/bots/visit.ts")).href);
  const { times, build, pingMs, failure } = await visit(base.href.replace(/\/$/, ""));
  const told = Object.entries(times).map(([step, ms]) => `${STEPS[step]} ${Math.round(ms)} ms`);
  if (failure) {
    const what = `a visit fails: could not ${STEPS[failure.step]} (${failure.sentence})`;
    yield problem(
      "visit/failed",
      what,
      told.length > 0 ? `before that all went well: ${told.join(", ")}` : "see the server's log",
    );
  } else
    yield ok("visit/done", `a visit goes well: ${told.join(", ")}; a ping takes ${Math.round(pingMs)} ms`);
  if (build) yield compareBuilds(root, build);
}

function compareBuilds(root, build) {
  const { status, stdout } = spawnSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: root,
    encoding: "utf8",
  });
  const here = status === 0 ? stdout.trim() : undefined;
  if (build === "dev" || here === undefined)
    return ok("version/build", `the server runs build "${build}", which speaks the same protocol`);
  if (build.startsWith(here) || here.startsWith(build))
    return ok("version/build", `the server runs this checkout's build, ${build}`);
  return warning(
    "version/build",
    `the server runs build ${build}, and this checkout is ${here}; they speak the same protocol`,
    "deploy this checkout, or examine with the one that runs there",
  );
}
