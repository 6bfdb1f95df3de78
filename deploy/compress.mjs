// Beside each file of the built client that shrinks, its compressed forms: made once and well, instead of at every request.
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const FORMS = { br: brotliCompressSync, gz: (bytes) => gzipSync(bytes, { level: 9 }) };
/** What is smaller fits in a packet either way. */
const BYTES_MIN = 1024;

const [folder] = process.argv.slice(2);
for (const name of globSync("**/*.{css,html,js,json,svg}", { cwd: folder })) {
  const file = join(folder, name);
  if (statSync(file).size < BYTES_MIN) continue;
  const bytes = readFileSync(file);
  for (const [ending, compress] of Object.entries(FORMS)) writeFileSync(`${file}.${ending}`, compress(bytes));
}
