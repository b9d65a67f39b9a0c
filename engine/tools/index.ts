export { cacheDir } from "./cache";
export type { ToolContext, ToolOptions } from "./context";
export { doctor, formatDoctor } from "./doctor";
export type { DoctorItem, DoctorReport } from "./doctor";
export { ensureTool, ensureTools } from "./ensure";
export { Interrupted } from "./failures";
export { findTool } from "./find";
export { ensureManifests } from "./modules";
export type { Manifests } from "./modules";
