// First, for they must be in force before the SDK loads.
import "../components/common/lazy-sdk";
import "../components/common/stack-traces";
import { conclude } from "../cli/outcome";
import { SlipwayError } from "../components/common/problems";
import { benchmark } from "./benchmark";
import { benchOptions } from "./options";
import { renderMarkdown, renderText } from "./render";

const words = process.argv.slice(2);

void conclude(words.includes("--json"), async ({ progress, signal }) => {
  const options = benchOptions(words);
  const report = await benchmark(options, progress, signal).catch((error: unknown): never => {
    throw signal.aborted ? new SlipwayError({ what: "the benchmark was interrupted" }) : error;
  });
  const render = options.output === "markdown" ? renderMarkdown : renderText;
  return { ok: true, json: report, text: render(report) };
});
