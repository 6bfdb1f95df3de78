import { execSync } from "node:child_process";
import { preact } from "@preact/preset-vite";
import { createLogger, defineConfig } from "vite";
import { botsPlugin } from "./dev/botsPlugin.ts";

const serverPort = process.env.PORT || "2567";
const clientPort = Number(process.env.CLIENT_PORT || 5173);

export default defineConfig(({ command }) => ({
  plugins: [preact(), botsPlugin(`http://127.0.0.1:${serverPort}`)],
  customLogger: quietLogger(),
  define: {
    __BUILD_ID__: JSON.stringify(buildId()),
    __DEBUG_OVERLAY__: JSON.stringify(command === "serve" || process.env.DEBUG_OVERLAY === "1"),
    // Zod would find out by trying whether the page may make functions of text. It may not, and browsers report each try.
    "globalThis.__zod_globalConfig": JSON.stringify({ jitless: true }),
  },
  server: {
    port: clientPort,
    strictPort: true,
    proxy: {
      // One address for page and game, as in production.
      "/game": {
        target: `http://127.0.0.1:${serverPort}`,
        ws: true,
        rewrite: (path) => path.replace(/^\/game/, ""),
      },
    },
  },
  build: {
    target: "es2023",
    sourcemap: true,
    // Phaser is one large chunk of its own: it loads behind the menu, and stays in the browser's cache when the game changes.
    chunkSizeWarningLimit: 1600,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "phaser", test: /node_modules[\\/]phaser[\\/]/ }] } },
    },
  },
}));

/** Named from outside where there is no repository, such as in an image. */
function buildId(): string {
  if (process.env.BUILD_ID) return process.env.BUILD_ID;
  try {
    return execSync("git rev-parse --short HEAD", { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "dev";
  }
}

/** While the server reloads, the proxy fails once for every client that tries: the server's own output says enough. */
function quietLogger() {
  const logger = createLogger("warn");
  const { error } = logger;
  logger.error = (message, options) => {
    if (!/proxy (socket )?error/.test(message)) error(message, options);
  };
  return logger;
}
