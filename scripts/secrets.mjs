// `npm run secrets`: the secrets that production needs, in a file of settings; `.env` unless another is named.
import { writeSecrets } from "./lib/secrets.mjs";

const [file = ".env"] = process.argv.slice(2);
const written = writeSecrets(file);
console.log(
  written.length > 0
    ? `Wrote ${written.join(" and ")} to ${file}: keep it to yourself, and keep it.`
    : `${file} has its secrets already: nothing was changed.`,
);
