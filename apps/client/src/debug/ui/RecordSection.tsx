import type { Instruments } from "../Instruments.ts";
import { recordOf } from "../record.ts";
import { CopyButton } from "./CopyButton.tsx";
import { useDebug } from "./DebugContext.ts";
import { Section } from "./Section.tsx";

/** The session and its room, as one would write them into a report. */
export function RecordSection({ instruments }: { instruments: Instruments }) {
  return (
    <Section name="record" title="Session and room">
      <RecordList instruments={instruments} />
    </Section>
  );
}

function RecordList({ instruments }: { instruments: Instruments }) {
  const { client, options, stateSince } = useDebug();
  // Times pass without anything else happening.
  void instruments.reading.value;
  const facts = recordOf({
    now: Date.now(),
    state: client.state.value,
    since: stateSince.value,
    room: client.room.value,
    roster: client.roster.value,
    self: client.net?.self,
    stats: client.net?.stats,
    endpoint: options.endpoint,
    build: options.build,
  });
  return (
    <>
      <dl class="debug-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <CopyButton label="Copy record" text={() => facts.map((fact) => fact.join(": ")).join("\n")} />
    </>
  );
}
