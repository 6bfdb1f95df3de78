// Loaded into a server that a test starts: it is then one of another version, `speak.mjs?protocol=4`.
import { registerHooks } from "node:module";

const protocol = new URL(import.meta.url).searchParams.get("protocol");
const CONSTANT = /(?<=export const PROTOCOL_VERSION = )\d+/;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith("/shared/src/session/protocol.ts")) return loaded;
    const source = String(loaded.source);
    if (!CONSTANT.test(source)) throw new Error(`no PROTOCOL_VERSION in ${url}`);
    return { ...loaded, source: source.replace(CONSTANT, protocol) };
  },
});
