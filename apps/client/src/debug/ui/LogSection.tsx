import { CopyButton } from "./CopyButton.tsx";
import { useDebug } from "./DebugContext.ts";
import { Section } from "./Section.tsx";

/** More than anybody scrolls through; the copy has all of it. */
const SHOWN = 60;

export function LogSection() {
  const { log } = useDebug().client;
  const entries = log.entries.value;
  return (
    <Section name="log" title="Client log" note={`${entries.length} lines, newest first`}>
      <CopyButton label="Copy log" text={() => log.toText()} />
      <ol class="debug-log" aria-label="Client log">
        {entries
          .slice(-SHOWN)
          .reverse()
          .map(({ at, text }, index) => (
            <li key={`${at}-${index}-${text}`}>
              <time dateTime={new Date(at).toISOString()}>{new Date(at).toISOString().slice(11, 23)}</time>{" "}
              {text}
            </li>
          ))}
      </ol>
    </Section>
  );
}
