import type { AlertCase, Firing } from "../../support/promtool";

const own = 'namespace="kova",system="kova",instance="alloy-browser-0"';
const load = (le: string): string => `page_load_time_bucket{${own},route="/",le="${le}"}`;
const interaction = (le: string): string =>
  `user_interaction_time_bucket{${own},action="pointer",le="${le}"}`;
const heap = (le: string): string => `memory_used_ratio_bucket{${own},le="${le}"}`;
const chunk = (name: string): string => `chunk_load_failures_total{${own},chunkName="${name}"}`;

function firing(severity: string, [summary, description]: readonly [string, string], more = {}): Firing {
  return {
    labels: { severity, team: "kova", system: "kova", namespace: "kova", ...more },
    summary,
    description,
  };
}
const performance = { team: "performance" };

export const kovaCases: readonly AlertCase[] = [
  {
    alert: "SlowPageLoad",
    name: "19 of 20 pages load within 3.5 seconds",
    series: { [load("3000")]: "0+90x30", [load("4000")]: "0+100x30", [load("+Inf")]: "0+100x30" },
    at: "20m",
    fires: [
      firing(
        "warning",
        [
          "One in twenty pages of KOVA takes longer than 3.5k ms to load",
          "As the browsers of its users measured it.",
        ],
        performance,
      ),
    ],
  },
  {
    alert: "SlowPageLoad",
    name: "19 of 20 pages load within 2.75 seconds",
    series: { [load("2500")]: "0+90x30", [load("3000")]: "0+100x30", [load("+Inf")]: "0+100x30" },
    at: "20m",
    fires: [],
  },
  {
    alert: "SlowInteraction",
    name: "19 of 20 interactions show within 110 ms",
    series: {
      [interaction("100")]: "0+945x30",
      [interaction("150")]: "0+970x30",
      [interaction("+Inf")]: "0+1000x30",
    },
    at: "20m",
    fires: [
      firing(
        "warning",
        [
          "One in twenty interactions with KOVA takes longer than 110 ms",
          "From what a user does to what the page shows of it, as browsers measured it.",
        ],
        performance,
      ),
    ],
  },
  {
    alert: "SlowInteraction",
    name: "19 of 20 interactions show within 90 ms",
    series: {
      [interaction("50")]: "0+75x30",
      [interaction("100")]: "0+100x30",
      [interaction("+Inf")]: "0+100x30",
    },
    at: "20m",
    fires: [],
  },
  {
    alert: "BrowserHeapHigh",
    name: "19 of 20 pages use less than 85 % of their memory",
    series: {
      [heap("0.8")]: "0+90x30",
      [heap("0.9")]: "0+100x30",
      [heap("1")]: "0+100x30",
      [heap("+Inf")]: "0+100x30",
    },
    at: "20m",
    fires: [
      firing(
        "warning",
        ["One in twenty pages of KOVA uses 85% of its memory", "At the limit the browser stops the page."],
        performance,
      ),
    ],
  },
  {
    alert: "BrowserHeapHigh",
    name: "19 of 20 pages use less than 75 % of their memory",
    series: {
      [heap("0.7")]: "0+90x30",
      [heap("0.8")]: "0+100x30",
      [heap("0.9")]: "0+100x30",
      [heap("1")]: "0+100x30",
      [heap("+Inf")]: "0+100x30",
    },
    at: "20m",
    fires: [],
  },
  {
    alert: "ChunkLoadFailure",
    name: "a script fails to load once a minute",
    series: { [chunk("checkout")]: "0+1x10" },
    at: "8m",
    fires: [
      firing(
        "warning",
        [
          "Browsers could not load checkout of KOVA",
          "5 times in 5 minutes: what the script does is missing from the page.",
        ],
        { chunkName: "checkout" },
      ),
    ],
  },
  {
    alert: "ChunkLoadFailure",
    name: "it is the one with the animations, which has an alert of its own",
    series: { [chunk("vendors-framer-motion")]: "0+1x10" },
    at: "8m",
    fires: [],
  },
  {
    alert: "ChunkLoadFailure",
    name: "the failures are of this morning",
    series: { [chunk("checkout")]: "7x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "FramerMotionChunkFailure",
    name: "the script with the animations fails to load once a minute",
    series: { [chunk("vendors-framer-motion")]: "0+1x10" },
    at: "8m",
    fires: [
      firing(
        "high",
        [
          "Browsers could not load vendors-framer-motion of KOVA",
          "5 times in 5 minutes: pages without their animations stay blank.",
        ],
        { chunkName: "vendors-framer-motion" },
      ),
    ],
  },
  {
    alert: "FramerMotionChunkFailure",
    name: "it is another script",
    series: { [chunk("checkout")]: "0+1x10" },
    at: "8m",
    fires: [],
  },
];
