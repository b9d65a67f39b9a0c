import path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { deliveries } from "./program";
import { table } from "./table";

/**
 * What Pulumi Cloud is told of every delivery. Creates nothing on import.
 *
 * @throws SlipwayError when the table contradicts itself, before any resource exists.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- async, so that what it throws reaches the engine as a rejection.
async function deployments(): Promise<Readonly<Record<string, pulumi.Input<unknown>>>> {
  return deliveries(table, path.resolve(__dirname, ".."));
}

export = deployments;
