import * as echarts from "echarts";
import { CONTENDERS, type ContenderName } from "../contenders/contender.ts";
import type { Measurement } from "../run.ts";

const WIDTH = 760;
const HEIGHT = 420;

/** Told apart by shape as well as by colour; each colour has a contrast of 3 to 1 on white and on black. */
const LOOKS: Record<ContenderName, { color: string; symbol: string }> = {
  ours: { color: "#0a84c6", symbol: "circle" },
  textbook: { color: "#d55e00", symbol: "rect" },
  quantised: { color: "#009e73", symbol: "triangle" },
  floor: { color: "#8b8b8b", symbol: "diamond" },
};

/** What takes its colour from the page's scheme, where the picture is shown as one. */
const SCHEME_STYLE = `<style>
text { fill: #3a404d; }
@media (prefers-color-scheme: dark) { text { fill: #d5d8de; } }
</style>`;

/** Bytes down per client over the number of players, as an SVG picture. */
export function createChart(measurements: readonly Measurement[]): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  const players = [...new Set(measurements.map((measurement) => measurement.players))].sort((a, b) => a - b);
  const series = CONTENDERS.map((contender) => ({
    contender,
    points: measurements
      .filter((measurement) => measurement.contender === contender)
      .map(({ players, driver }) => [String(players), round(driver.downBytesPerSecond / 1_000)]),
  })).filter(({ points }) => points.length > 0);
  chart.setOption({
    animation: false,
    grid: { left: 64, right: 96, top: 44, bottom: 48 },
    xAxis: {
      type: "category",
      data: players.map(String),
      name: "players in the room",
      nameLocation: "middle",
      nameGap: 30,
      axisLine: { lineStyle: { color: "#8b8b8b" } },
    },
    yAxis: {
      type: "log",
      name: "kB/s down per client",
      nameTextStyle: { align: "left", padding: [0, 0, 0, -50] },
      splitLine: { lineStyle: { color: "#8b8b8b", opacity: 0.35 } },
    },
    series: series.map(({ contender, points }) => ({
      type: "line",
      data: points,
      symbol: LOOKS[contender].symbol,
      symbolSize: 9,
      lineStyle: { color: LOOKS[contender].color, width: 2.5 },
      itemStyle: { color: LOOKS[contender].color },
      // Its own colour and no edge: the page's scheme sets the colour of all text.
      endLabel: { show: true, formatter: contender, fontSize: 13, color: "#3a404d", textBorderWidth: 0 },
      labelLayout: { moveOverlap: "shiftY" },
    })),
  });
  // Without its rules for a pointer: a picture has none.
  const svg = chart.renderToSVGString().replace(/<style >.*?<\/style>\s*/s, "");
  chart.dispose();
  const said = series
    .map(({ contender, points }) => `${contender}: ${points.map(([n, kB]) => `${kB} at ${n}`).join(", ")}`)
    .join("; ");
  return describe(
    svg,
    "Bytes received by each client",
    `Thousands of bytes a second by number of players. ${said}.`,
  );
}

/** What a screen reader says instead of the picture. */
function describe(svg: string, title: string, description: string): string {
  const opening = svg.indexOf(">") + 1;
  const tag = svg.slice(0, opening - 1);
  const head = `<title id="title">${title}</title>\n<desc id="description">${description}</desc>\n${SCHEME_STYLE}`;
  return `${tag} role="img" aria-labelledby="title description">\n${head}${svg.slice(opening)}\n`;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
