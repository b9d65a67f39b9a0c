import type { Machine } from "./machine";
import type { PreviewSample, PreviewTimes } from "./preview-process";
import { ratios, spread } from "./statistics";
import type { Spread } from "./statistics";

/** What each round previews; see {@link measures} for what is made of it. */
export const previewCases = ["stack", "flat", "emptyPack", "wholePack"] as const;
export type PreviewCase = (typeof previewCases)[number];

/** Everything that was measured, in the order of the rounds. */
export interface Samples {
  readonly previews: Readonly<Record<PreviewCase, readonly PreviewSample[]>>;
  /** Seconds until `slipway preview` shows the first resource. */
  readonly firstResource: readonly number[];
  /** Milliseconds a resource of the dearest rule of the pack. */
  readonly dearestRule: readonly number[];
  /** Seconds by step, one object a rehearsal. */
  readonly rehearsals: readonly Readonly<Record<string, number>>[];
}

/** One line of the result. */
export interface Measure extends Spread {
  readonly name: string;
  readonly unit: "ratio" | "s" | "ms" | "%";
  readonly samples: readonly number[];
  /** What the median may be at most. */
  readonly goal?: number;
  readonly met?: boolean;
}

/** What `npm run bench -- --json` prints. Field names are a public contract. */
export interface BenchReport {
  readonly ok: true;
  readonly stack: string;
  readonly rounds: number;
  readonly machine: Machine;
  readonly engine: { readonly version: string; readonly source: string };
  readonly kubernetes: string;
  /** How many resources the stack's program registers, and the flat one, which lacks the components. */
  readonly resources: { readonly stack: number; readonly flat: number };
  readonly measures: readonly Measure[];
  readonly steps: readonly Measure[];
  /** By kind of preview: the median of when it reached what, in seconds from the start of its process. */
  readonly reached: Readonly<Record<PreviewCase, PreviewTimes>>;
  /** Seconds of CPU by package, of one preview of the stack and one of the flat program. */
  readonly profile?: Profile;
}

export interface Profile {
  readonly stack: Readonly<Record<string, number>>;
  readonly flat: Readonly<Record<string, number>>;
}

/** What the medians may be at most. */
export const goals = { components: 1.3, pack: 1.1, rule: 1, firstResource: 2 } as const;

/** The lines about previews. */
export function measures(
  stack: string,
  { previews, firstResource, dearestRule }: Samples,
): readonly Measure[] {
  const ends = (name: PreviewCase): number[] => previews[name].map(({ end }) => end);
  const bare = ends("stack");
  const packed = ends("wholePack");
  const share = ratios(bare, packed).map((ratio) => 100 * (1 - ratio));
  return [
    measure(
      `preview of ${stack} ÷ the same resources flat`,
      "ratio",
      ratios(bare, ends("flat")),
      goals.components,
    ),
    measure(`preview of ${stack}, no pack`, "s", bare),
    measure("preview of the same resources flat, no pack", "s", ends("flat")),
    measure("whole pack ÷ a pack of one empty rule", "ratio", ratios(packed, ends("emptyPack")), goals.pack),
    measure(`preview of ${stack}, whole pack`, "s", packed),
    measure(`preview of ${stack}, a pack of one empty rule`, "s", ends("emptyPack")),
    measure("share of the whole pack in a preview", "%", share),
    measure("dearest rule of the pack, a resource", "ms", dearestRule, goals.rule),
    measure("first resource of `slipway preview`", "s", firstResource, goals.firstResource),
    measure(
      "first resource without the command line",
      "s",
      previews.wholePack.map(({ first }) => first),
    ),
    measure(
      "first resource without the command line, no pack",
      "s",
      previews.stack.map(({ first }) => first),
    ),
  ];
}

/** The lines about the steps of a rehearsal, in their order, and its whole. */
export function steps({ rehearsals }: Samples): readonly Measure[] {
  return Object.keys(rehearsals[0] ?? {}).map((name) =>
    measure(
      name,
      "s",
      rehearsals.map((seconds) => seconds[name] ?? Number.NaN),
    ),
  );
}

/** By kind of preview, the median of when it reached what. */
export function reached({ previews }: Samples): BenchReport["reached"] {
  const medians = (samples: readonly PreviewSample[]): PreviewTimes => {
    const at = (time: keyof PreviewTimes): number => spread(samples.map((sample) => sample[time])).median;
    return {
      loaded: at("loaded"),
      program: at("program"),
      first: at("first"),
      last: at("last"),
      end: at("end"),
    };
  };
  return {
    stack: medians(previews.stack),
    flat: medians(previews.flat),
    emptyPack: medians(previews.emptyPack),
    wholePack: medians(previews.wholePack),
  };
}

function measure(name: string, unit: Measure["unit"], samples: readonly number[], goal?: number): Measure {
  const result = { name, unit, samples, ...spread(samples) };
  return goal === undefined ? result : { ...result, goal, met: result.median <= goal };
}
