import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDocument, type Measured } from "./document.ts";
import { type Figure, SCENARIOS } from "./figures.ts";

/** What every scenario measured when it last ran: a run of some of them leaves the others as they were. */
const KEPT = "docs/reliability.json";
const DOCUMENT = "docs/reliability.md";

const [directory = ""] = process.argv.slice(2);
const kept: Measured = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, "utf8")) : {};
const measured: Measured = {};
for (const scenario of SCENARIOS) {
  const file = join(directory, `${scenario}.json`);
  const before = kept[scenario];
  if (existsSync(file)) {
    const figures: Figure[] = JSON.parse(readFileSync(file, "utf8"));
    measured[scenario] = { on: new Date().toISOString().slice(0, 10), figures };
  } else if (before) measured[scenario] = before;
}
writeFileSync(KEPT, JSON.stringify(measured));
writeFileSync(DOCUMENT, createDocument(measured));
