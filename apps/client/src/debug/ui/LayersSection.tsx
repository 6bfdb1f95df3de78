import { toggled } from "../DebugTools.ts";
import type { Instruments } from "../Instruments.ts";
import { LAYER_COLOURS, type Layer } from "../WorldOverlay.ts";
import { useDebug } from "./DebugContext.ts";
import { Section } from "./Section.tsx";
import { Toggle } from "./Toggle.tsx";

const LAYERS: readonly { layer: Layer; title: string; hint: string }[] = [
  {
    layer: "collisions",
    title: "Collision shapes",
    hint: "Walls, and the box at each player’s feet.",
  },
  {
    layer: "ghosts",
    title: "Server ghosts",
    hint: "Newest known truth: a round trip behind you, ahead of how others are drawn.",
  },
  {
    layer: "samples",
    title: "Sample points",
    hint: "Where others were at each patch: solid is still to be drawn, pale was drawn, and the ring is where they are drawn now.",
  },
  { layer: "interest", title: "Interest", hint: "Whom the server sends you, and whom the camera sees." },
];

/** What is drawn over the square. */
export function LayersSection({ instruments }: { instruments: Instruments }) {
  const { layers } = useDebug();
  const shown = layers.value;
  return (
    <Section name="layers" title="Over the square">
      <div class="debug-layers">
        {LAYERS.map(({ layer, title, hint }) => (
          <Toggle
            key={layer}
            hint={hint}
            isOn={shown.has(layer)}
            onClick={() => {
              layers.value = toggled(shown, layer);
            }}
          >
            <i
              class="debug-swatch"
              style={{ background: `var(${LAYER_COLOURS[layer]})` }}
              aria-hidden="true"
            />
            {title}
          </Toggle>
        ))}
      </div>
      {LAYERS.filter(({ layer }) => shown.has(layer)).map(({ layer, title, hint }) => (
        <p key={layer} class="debug-hint">
          <strong>{title}:</strong> {hint}{" "}
          {layer === "interest" && <InterestText instruments={instruments} />}
        </p>
      ))}
    </Section>
  );
}

function InterestText({ instruments }: { instruments: Instruments }) {
  // Counted as it is drawn; read again with everything else.
  void instruments.reading.value;
  const { sent, inView } = instruments.world.interest;
  return `The whole room, no filter: ${sent} sent, ${inView} in view, arrows to the others.`;
}
