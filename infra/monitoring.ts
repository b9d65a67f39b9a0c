import type * as pulumi from "@pulumi/pulumi";
import type { EdgeContract } from "../components/common/contracts";
import { HOST_OWNER, Monitoring } from "../components/monitoring/monitoring";
import type { EdgeHost } from "../components/edge/hosts";
import type { StagedSpec } from "../components/spec/stage";
import type { Alerting } from "../components/monitoring/alertmanager/types";
import { receiverSecretsOf } from "./alerting";
import type { Foundation } from "./foundation";
import { oidcSecret } from "./monitoring-schema";
import { readSecret } from "./settings";
import type { Settings } from "./settings";
import { createTelemetryStores } from "./telemetry";

/**
 * What watches the stack: one monitoring stack for the platform and all of its systems; `namespaces` are those of the
 * systems, once they exist, by system.
 */
export function createMonitoring(
  settings: Omit<Settings, "alerting"> & { readonly alerting: Alerting },
  specs: readonly StagedSpec[],
  { cluster, front, telemetrySite, storeSite }: Foundation,
  edge: EdgeContract,
  namespaces: Readonly<Record<string, pulumi.Input<string>>>,
): Monitoring {
  const { addons, stage, stageName, alerting } = settings;
  return new Monitoring("monitoring", {
    cluster,
    edge,
    addons,
    stage: stageName,
    sizes: stage.monitoring,
    systems: specs,
    namespaces,
    publicHosts: {
      way: front === undefined ? "gateway" : "internet",
      trusted: stage.issuer === "letsencrypt",
    },
    runbooks: settings.monitoring.runbooks,
    alerting,
    receiverSecrets: receiverSecretsOf(alerting),
    grafana: settings.monitoring,
    ...createTelemetryStores(stage.monitoring, stageName, telemetrySite, storeSite),
    oidcClientSecret: settings.monitoring.oidc === undefined ? undefined : readSecret(oidcSecret),
  });
}

/** Every public host of the stack: those of the systems, and of the stack's own tools. */
export function publicHosts(
  { monitoring: { host } }: Pick<Settings, "monitoring">,
  specs: readonly StagedSpec[],
): readonly EdgeHost[] {
  return [
    ...specs.flatMap(({ name, host: own }) => (own === undefined ? [] : [{ system: name, host: own }])),
    ...(host === undefined ? [] : [{ system: HOST_OWNER, host }]),
  ];
}
