import { table } from "../cli/table";
import type { BenchReport, Measure } from "./report";

type Row = readonly string[];

const dimensions = ["min", "median", "max"] as const;

/** The result as a person reads it at a terminal. */
export function renderText(report: BenchReport): string {
  const part = (title: string, rows: readonly Row[]): string[] => ["", title, ...table(aligned(rows))];
  return [
    headline(report),
    ...sections(report).flatMap(({ title, rows }) => part(title, rows)),
    "",
    verdict(report),
  ].join("\n");
}

/** The result as docs/performance.md has it. */
export function renderMarkdown(report: BenchReport): string {
  return [
    `${headline(report)}.`,
    ...sections(report).flatMap(({ title, rows: [head = [], ...rows] }) => [
      "",
      `**${title}**`,
      "",
      line(head),
      line(head.map((_, column) => (column === 0 ? "---" : "---:"))),
      ...rows.map(line),
    ]),
    "",
    `${verdict(report)}.`,
    "",
  ].join("\n");
}

function headline({ stack, rounds, machine, engine, kubernetes, resources }: BenchReport): string {
  const { cores, processor, memoryGib, platform, node, load } = machine;
  return [
    `stack ${stack}, ${resources.stack} resources (${resources.flat} without components)`,
    `${rounds} ${rounds === 1 ? "round" : "rounds"} on ${cores} cores (${processor}) and ${memoryGib} GiB, ${platform}`,
    `load ${load} at the start`,
    `Node.js ${node}, Pulumi ${engine.version} (${engine.source}), Kubernetes ${kubernetes}`,
  ].join("; ");
}

interface Section {
  readonly title: string;
  /** The first row is the head. */
  readonly rows: readonly Row[];
}

function sections({ measures, steps, reached, profile }: BenchReport): readonly Section[] {
  const times = ["loaded", "program", "first", "last", "end"] as const;
  const kinds = [
    ["no pack", reached.stack],
    ["flat, no pack", reached.flat],
    ["pack of one empty rule", reached.emptyPack],
    ["whole pack", reached.wholePack],
  ] as const;
  return [
    {
      title: "Previews",
      rows: [["", ...dimensions, "goal", ""], ...measures.map(measureRow)],
    },
    {
      title: "When a preview reaches what (median, seconds from the start of its process)",
      rows: [
        ["", "engine's modules loaded", "program asked for", "first resource", "last resource", "end"],
        ...kinds.map(([name, at]) => [name, ...times.map((time) => at[time].toFixed(2))]),
      ],
    },
    ...(steps.length === 0
      ? []
      : [
          {
            title: "Steps of a warm rehearsal",
            rows: [["", ...dimensions], ...steps.map((step) => measureRow(step).slice(0, 4))],
          },
        ]),
    ...(profile === undefined
      ? []
      : [
          {
            title: "CPU of the program's process by package (seconds, one preview each, no pack)",
            rows: [["", "components", "flat"], ...profileRows(profile)],
          },
        ]),
  ];
}

function measureRow(measure: Measure): Row {
  const { name, unit, goal, met } = measure;
  const shown = (value: number): string => `${value.toFixed(unit === "%" ? 0 : 2)}${suffixes[unit]}`;
  return [
    name,
    ...dimensions.map((dimension) => shown(measure[dimension])),
    goal === undefined ? "" : `≤ ${goal}${suffixes[unit]}`,
    met === undefined ? "" : met ? "met" : "missed",
  ];
}

const suffixes = { ratio: "", s: " s", ms: " ms", "%": " %" } as const;

/** What takes less than this many seconds says nothing. */
const worthShowing = 0.02;

function profileRows({ stack, flat }: NonNullable<BenchReport["profile"]>): Row[] {
  return [...new Set([...Object.keys(stack), ...Object.keys(flat)])]
    .map((part) => ({ part, of: [stack[part] ?? 0, flat[part] ?? 0] }))
    .filter(({ of }) => Math.max(...of) >= worthShowing)
    .sort((a, b) => (b.of[0] ?? 0) - (a.of[0] ?? 0))
    .map(({ part, of }) => [part, ...of.map((seconds) => seconds.toFixed(2))]);
}

function verdict({ measures }: BenchReport): string {
  const missed = measures.filter(({ met }) => met === false).map(({ name }) => name);
  return missed.length === 0 ? "all goals met" : `missed: ${missed.join("; ")}`;
}

/** Numbers at the right of their columns. */
function aligned(rows: readonly Row[]): Row[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map(([name = "", ...cells]) => [
    `  ${name}`,
    ...cells.map((cell, index) => cell.padStart(width(index + 1))),
  ]);
}

function line(cells: Row): string {
  return `| ${cells.join(" | ")} |`;
}
