import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PLACES = [
  ...(process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ...NAMES.map((name) => join("/usr/bin", name)),
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The installed browser that the tests drive: the one that `CHROMIUM_PATH` names, else the first in the usual places. */
export function findBrowser(): { path: string } | { missing: string } {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    return isProgram(named)
      ? { path: named }
      : { missing: `CHROMIUM_PATH is "${named}", but there is no program there.` };
  }
  const path = PLACES.find(isProgram);
  if (path) return { path };
  return {
    missing:
      "No Chromium found: install one (Debian: `apt-get install chromium`, macOS: `brew install --cask chromium`), or set CHROMIUM_PATH to yours.",
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
