// A process of its own that gets a tool as the command line does, on the machine that its argument describes.
import { conclude } from "../../cli/outcome";
import { ensureTool } from "../../engine/tools";
import type { ToolOptions } from "../../engine/tools/context";

const options = JSON.parse(process.argv[2] ?? "{}") as ToolOptions;
void conclude(true, async ({ progress, signal }) => {
  const tool = await ensureTool("etcd", progress, { ...options, signal });
  return { ok: true, json: tool, text: tool.path };
});
