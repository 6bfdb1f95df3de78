// The server, with the secrets that all servers of one volume share: the first makes up what nobody set.
import { shareSecrets } from "../scripts/lib/secrets.mjs";

shareSecrets("/secrets");
await import("../apps/server/src/main.ts");
