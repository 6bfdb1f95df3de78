import { execFile } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where a stack of containers is, and how to talk to it: plain data, handed from the script to the tests. */
export interface StackPlace {
  /** Copy of the repository that it is built from. */
  readonly folder: string;
  /** Name that compose puts before everything it makes. */
  readonly project: string;
  /** Port of this machine where the door is. */
  readonly port: number;
  /** `docker compose` or `docker-compose`, in words. */
  readonly compose: readonly string[];
  /** Added to the environment of every command. */
  readonly env: Readonly<Record<string, string>>;
}

/** What is read of `docker inspect`. */
export interface Container {
  readonly Id: string;
  readonly State: { readonly StartedAt: string; readonly ExitCode: number; readonly Running: boolean };
  readonly Config: {
    readonly User: string;
    readonly Entrypoint: readonly string[] | null;
    readonly Cmd: readonly string[];
    /** Before it is killed (s). */
    readonly StopTimeout?: number;
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[];
    readonly SecurityOpt: readonly string[];
    readonly Memory: number;
    readonly PidsLimit: number;
    readonly RestartPolicy: { readonly Name: string };
    readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { HostPort: string }[] | null>>;
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
  };
}

/** What is read of `docker image inspect`. */
export interface Image {
  readonly Id: string;
  readonly Size: number;
  readonly Config: Container["Config"];
  readonly RootFS: { readonly Layers: readonly string[] };
}

export interface Outcome {
  readonly code: number;
  /** Both streams, as they came. */
  readonly output: string;
}

/** Where the images that were built on the way are noted: the engine does not know whose they are. */
const STEPS_FILE = ".built-images";
const STEP = /^ ---> ([0-9a-f]{12})$/gm;

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** The whole game in containers, as whoever runs it has it before them. */
export class Stack {
  readonly place: StackPlace;

  constructor(place: StackPlace) {
    this.place = place;
  }

  get url(): string {
    return `http://127.0.0.1:${this.place.port}`;
  }

  /** Run a compose command and answer with what it printed. Throws when it fails. */
  compose(...args: string[]): Promise<string> {
    return this.composeWith({}, ...args);
  }

  composeWith(env: Record<string, string>, ...args: string[]): Promise<string> {
    const [program = "", ...words] = this.place.compose;
    return this.#expect(program, [...words, "-p", this.place.project, ...args], env);
  }

  /** Run a script of the repository, which takes the arguments of compose, and answer with what it printed. */
  scriptWith(env: Record<string, string>, file: string): Promise<string> {
    const { folder, project, compose } = this.place;
    return this.#expect(join(folder, file), ["-p", project], { COMPOSE: compose.join(" "), ...env });
  }

  docker(...args: string[]): Promise<string> {
    return this.#expect("docker", args);
  }

  /** Run a docker command that may fail. */
  tryDocker(...args: string[]): Promise<Outcome> {
    return this.#run("docker", args);
  }

  /** Of the containers of a service that run, or of all there are. */
  async ids(service: string, { ended = false } = {}): Promise<string[]> {
    const found = await this.docker(
      ...["ps", "-q", "--no-trunc", ...(ended ? ["-a"] : [])],
      ...["--filter", `label=com.docker.compose.project=${this.place.project}`],
      ...["--filter", `label=com.docker.compose.service=${service}`],
    );
    return found.split("\n").filter((id) => id !== "");
  }

  async containers(service: string): Promise<Container[]> {
    const ids = await this.ids(service);
    return ids.length === 0 ? [] : JSON.parse(await this.docker("inspect", ...ids));
  }

  /** What the containers of a service run on. */
  async image(service: string): Promise<Image> {
    const [id = ""] = await this.ids(service);
    return this.#inspect((await this.docker("inspect", "--format", "{{.Image}}", id)).trim());
  }

  /** What was built last for a service, whether anything runs on it or not. */
  async builtImage(service: string): Promise<Image> {
    // Before version 2, compose put a line where there is a dash now.
    const names = ["-", "_"].map((mark) => `${this.place.project}${mark}${service}`);
    const found = await Promise.all(names.map((name) => this.docker("images", "-q", name)));
    return this.#inspect(found.join("").trim());
  }

  async #inspect(image: string): Promise<Image> {
    const [found] = JSON.parse(await this.docker("image", "inspect", image));
    return found;
  }

  /** What the process of a container, asked from inside it, answers to Node. */
  async node(container: string, script: string): Promise<string> {
    return this.docker("exec", container, "node", "--input-type=module", "-e", script);
  }

  /** All images there are, with those that only others are made from. */
  async allImages(): Promise<Set<string>> {
    return new Set((await this.docker("images", "-a", "-q")).split("\n"));
  }

  /**
   * Stop everything and take it away: containers, networks, volumes, and the images that were built for it.
   *
   * @param before the images that were there before it: they stay
   */
  async remove(before: ReadonlySet<string>): Promise<void> {
    const { project, folder } = this.place;
    await this.compose("down", "--volumes", "--remove-orphans", "--timeout", "5");
    const named = await this.docker(
      "images",
      "--format",
      "{{.Repository}}",
      "--filter",
      `reference=${project}*`,
    );
    for (const name of named.split("\n")) if (name !== "") await this.docker("rmi", name);
    const labelled = await this.docker(
      ...["images", "-q", "--filter", `label=com.docker.compose.project=${project}`],
    );
    const notes = join(folder, STEPS_FILE);
    const steps = existsSync(notes) ? readFileSync(notes, "utf8").split("\n").reverse() : [];
    for (const id of new Set([...labelled.split("\n"), ...steps])) {
      if (id === "" || before.has(id)) continue;
      // Gone with another by now, or somebody else's too: then it is not ours to remove.
      const { output } = await this.tryDocker("image", "inspect", "--format", "{{json .RepoTags}}", id);
      if (output.trim() === "[]") await this.tryDocker("rmi", id);
    }
  }

  /** Every line that the containers of a service have printed. */
  async logs(service: string): Promise<string> {
    const ids = await this.ids(service);
    const all = await Promise.all(ids.map((id) => this.docker("logs", id)));
    return all.join("\n");
  }

  async #expect(program: string, args: readonly string[], env?: Record<string, string>): Promise<string> {
    const { code, output } = await this.#run(program, args, env);
    if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  #run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
    const { folder, port } = this.place;
    const options = {
      cwd: folder,
      maxBuffer: OUTPUT_BYTES_MAX,
      env: { ...process.env, ...this.place.env, WEB_PORT: String(port), ...env },
    };
    return new Promise((resolve, reject) => {
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        const output = stdout + stderr;
        const steps = [...output.matchAll(STEP)].map(([, id]) => `${id}\n`);
        if (steps.length > 0) appendFileSync(join(folder, STEPS_FILE), steps.join(""));
        if (error && child.exitCode === null) reject(error);
        else resolve({ code: child.exitCode ?? 0, output });
      });
    });
  }
}
