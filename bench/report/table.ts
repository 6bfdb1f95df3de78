import type { ProfileRow } from "../contenders/Profile.ts";
import type { Measurement } from "../run.ts";
import { COLUMNS } from "./columns.ts";

/** Head and rows, every cell as wide as its column. */
function cells(measurements: readonly Measurement[]): string[][] {
  const rows = [
    COLUMNS.map(({ head }) => head),
    ...measurements.map((measurement) => COLUMNS.map(({ value }) => value(measurement))),
  ];
  return rows.map((row) =>
    row.map((cell, column) => cell.padStart(Math.max(...rows.map((other) => other[column]?.length ?? 0)))),
  );
}

export function textTable(measurements: readonly Measurement[]): string {
  return cells(measurements)
    .map((row) => row.join("  "))
    .join("\n");
}

export function markdownTable(measurements: readonly Measurement[]): string {
  const [head = [], ...rows] = cells(measurements);
  const rule = head.map((cell) => `${"-".repeat(cell.length - 1)}:`);
  return [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

export function profileTable(rows: readonly ProfileRow[]): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`.padStart(8);
  return [
    `${"total".padStart(8)}${"self".padStart(8)}`,
    ...rows.map(({ where, self, total }) => `${percent(total)}${percent(self)}  ${where}`),
  ].join("\n");
}
