import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { colourOf } from "../colours.ts";
import type { Graph } from "../graphs.ts";
import { KEPT_S, type Reading } from "../Telemetry.ts";

interface ChartProps {
  graph: Graph;
  readings: readonly Reading[];
  /** The newest of them: another one draws the chart again. */
  newest: Reading;
}

/** The space over the highest value, as a share of it. */
const HEADROOM = 0.1;
const FILL_OPACITY = "2e";

/** The last minute of a graph, as a picture. What it shows is said beside it in words. */
export function Chart({ graph, readings, newest }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(optionsOf(graph, element), undefined, element);
    plot.current = made;
    const resizing = new ResizeObserver(() => made.setSize(sizeOf(element)));
    resizing.observe(element);
    return () => {
      resizing.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [graph]);

  useEffect(() => {
    plot.current?.setData(dataOf(graph, readings));
  }, [graph, readings, newest]);

  return <div ref={box} class="debug-chart" aria-hidden="true" />;
}

/** Each line with those after it added: they are drawn from the whole down to the last part. */
function dataOf({ lines }: Graph, readings: readonly Reading[]): uPlot.AlignedData {
  const heights = lines.map((_, index) => {
    const parts = lines.slice(index);
    return readings.map((reading) =>
      parts.reduce<number | null>((height, line) => {
        const part = line.read(reading);
        return height === null || part === null ? null : height + part;
      }, 0),
    );
  });
  return [readings.map(({ at }) => at), ...heights];
}

function optionsOf({ lines, top }: Graph, element: HTMLElement): uPlot.Options {
  return {
    ...sizeOf(element),
    padding: [2, 2, 2, 2],
    legend: { show: false },
    cursor: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false, range: (_plot, _first, last) => [last - KEPT_S, last] },
      y: { range: (_plot, _lowest, highest) => [0, Math.max(top, (highest ?? 0) * (1 + HEADROOM))] },
    },
    series: [
      {},
      ...lines.map(({ colour: token }): uPlot.Series => {
        const colour = colourOf(token);
        return {
          stroke: colour,
          width: 1.5,
          points: { show: false },
          // A part hides what is below it; a line alone lets the ground through.
          fill: lines.length === 1 ? `${colour}${FILL_OPACITY}` : colour,
        };
      }),
    ],
  };
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}
