import { GRAPHS, type Graph, rateText, totalOf } from "../graphs.ts";
import type { Instruments } from "../Instruments.ts";
import { KEPT_S, type Reading } from "../Telemetry.ts";
import { Chart } from "./Chart.tsx";
import { Section } from "./Section.tsx";

export function GraphsSection({ instruments }: { instruments: Instruments }) {
  const newest = instruments.reading.value;
  const { readings } = instruments.telemetry;
  return (
    <Section name="graphs" title="Graphs" note={`the last ${KEPT_S} s`}>
      <ul class="debug-graphs" aria-label="Graphs">
        {GRAPHS.map((graph) => (
          <li key={graph.name} class="debug-graph">
            <span class="debug-graph-name">{graph.name}</span>
            <span class="debug-graph-now">{graph.now(newest)}</span>
            <Chart graph={graph} readings={readings} newest={newest} />
            <span class="debug-graph-peak">
              <span class="visually-hidden">, peak </span>
              {graph.peak(peakOf(graph, readings))}
            </span>
            <Legend graph={graph} newest={newest} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Which line is what, and what it is at now; and whatever else one has to know. */
function Legend({ graph, newest }: { graph: Graph; newest: Reading }) {
  const lines = graph.lines.length > 1 ? graph.lines : [];
  if (lines.length === 0 && !graph.note) return null;
  return (
    <span class="debug-legend">
      {lines.map((line) => (
        <span key={line.name}>
          <i class="debug-swatch" style={{ background: `var(${line.colour})` }} aria-hidden="true" />
          {line.name} {rateText(line.read(newest) ?? 0)}
        </span>
      ))}
      {graph.note && <span>{graph.note}</span>}
    </span>
  );
}

function peakOf(graph: Graph, readings: readonly Reading[]): number {
  return Math.max(0, ...readings.map((reading) => totalOf(graph, reading)));
}
