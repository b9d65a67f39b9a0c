// First, for it must be in force before the SDK loads.
import "../components/common/stack-traces";
import type * as pulumi from "@pulumi/pulumi";
import { Edge } from "../components/edge/edge";
import { observabilityOf } from "../components/monitoring/observability";
import { validateMonitoring } from "../components/monitoring/validation";
import { System } from "../components/system/system";
import { PriorityClasses } from "../components/workload/priorities";
import { alertingOf } from "./alerting";
import { createBuckets } from "./buckets";
import { cdnTrust, cdnZones, createCdn } from "./cdn";
import { cloudFoundation } from "./cloud";
import { existingFoundation } from "./existing";
import type { Environment } from "./existing";
import { imagesOfAll, requireDigests } from "./images";
import { issuerFor } from "./issuer";
import { createMonitoring, publicHosts } from "./monitoring";
import { createPolicies } from "./policies";
import { readSettings } from "./settings";
import { specsOf } from "./specs";
import { storeSettings } from "./stores";
import { systems as systemSpecs } from "./systems";

/**
 * The whole platform of one stack. Creates nothing on import, and may run more than once in a process.
 *
 * @returns the stack's outputs; their names are a public contract.
 * @throws SlipwayError with one sentence when config or a system contradicts itself, before any resource exists.
 */
async function slipway(
  environment: Environment = process.env,
): Promise<Record<string, pulumi.Input<unknown>>> {
  const settings = readSettings();
  const { stage, stageName, protection } = settings;
  const specs = specsOf(settings);
  requireDigests(settings, specs);
  const alerting = alertingOf(settings);
  validateMonitoring(specs);
  const issuer = issuerFor(settings);
  const storesOf = storeSettings(settings, specs);
  const behindCdn = cdnZones(settings, specs);

  const { network } = settings;
  const foundation =
    network === undefined
      ? existingFoundation(settings, environment)
      : // Of every system there is, for an image is pushed before the first stack can run it.
        cloudFoundation({ ...settings, network }, imagesOfAll(Object.values(systemSpecs)));
  const { cluster, registry, front, storeSite, bucketSite, providers, outputs } = foundation;

  await registered();
  const cdn = cdnTrust(behindCdn, settings);
  const edge = new Edge(
    "edge",
    {
      cluster,
      hosts: publicHosts(settings, specs),
      issuer,
      addons: settings.addons,
      replicas: stage.edgeReplicas,
      stage: stageName,
      ...(front === undefined ? {} : { front }),
      ...(cdn === undefined ? {} : { cdn }),
    },
    { providers: [...providers] },
  );

  await registered();
  createCdn(behindCdn, settings, edge.address, providers);

  // Nothing waits for them: the preview has judged all of this by the same rules.
  createPolicies(settings, cluster);
  await registered();
  const podsAfter = [
    new PriorityClasses("priorities", { provider: cluster.provider, stage: settings.stageName }),
  ];
  const observability = observabilityOf(specs, stage.monitoring);
  const systems: { readonly name: string; readonly system: System }[] = [];
  for (const spec of specs) {
    const { name } = spec;
    const system = new System(name, {
      ...{ spec, stage: stageName, cluster, edge, registry, podsAfter, observability },
      protect: protection,
      stores: { site: storeSite, ...storesOf(name) },
    });
    systems.push({ name, system });
    await registered();
  }

  const buckets = createBuckets(specs, bucketSite);
  const namespaces = Object.fromEntries(systems.map(({ name, system }) => [name, system.namespace]));
  createMonitoring({ ...settings, alerting }, specs, foundation, edge, namespaces);

  return {
    ...outputs,
    stage: stageName,
    ...(edge.address === undefined ? {} : { loadBalancer: edge.address }),
    systems: Object.fromEntries(
      systems.map(({ name, system: { url, namespace } }) => [
        name,
        {
          url,
          namespace,
          ...(buckets[name] === undefined ? {} : { buckets: buckets[name] }),
        },
      ]),
    ),
  };
}

/**
 * Lets what the program has made so far go to the engine, which works on it while the program goes on. The SDK sends
 * nothing before a program waits for something.
 */
function registered(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export = slipway;
