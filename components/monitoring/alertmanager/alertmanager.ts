import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SlipwayError } from "../../common/problems";
import { MONITORING_API } from "../../common/prometheus-operator";
import { createSecretFiles } from "../files";
import { toolMetadata, toolOptions, toolSelector } from "../site";
import type { MonitoringSite } from "../site";
import { toolObjects } from "../tool";
import { alertmanagerConfig, renderConfig } from "./config";
import { hasPeople } from "./receivers";
import { alertmanagerFlows, alertmanagerSpec, PORTS, TOOL } from "./resource";
import { TEMPLATES, templates } from "./templates";
import { ways } from "./types";
import type { Alerting, Way } from "./types";

/** What an {@link Alertmanager} is made from. */
export interface AlertmanagerArgs {
  readonly site: MonitoringSite;
  /** Whom it tells of alerts. */
  readonly alerting: Alerting;
  /** The secret of each way that `alerting` has; it may not be empty. */
  readonly secrets: Readonly<Partial<Record<Way, pulumi.Input<string>>>>;
}

/**
 * The Alertmanager of a stack, which tells people of alerts:
 *
 * 1. its configuration and templates, as an immutable Secret that the engine names, so that a rollback brings both back;
 * 2. the secrets of its receivers, likewise, which its pods see as files: none of them is in the configuration;
 * 3. the custom resource that the Prometheus operator makes its pods from, a pair in production;
 * 4. the Service `alertmanager`, port `http` 9093, and its policy, budget, account and monitor.
 */
export class Alertmanager extends pulumi.ComponentResource {
  /** The Service that Prometheus sends alerts to: its name, and the name of its port. */
  readonly service = { name: TOOL, port: "http" } as const;

  /** @throws SlipwayError when a way to tell somebody has no secret, before any resource exists. */
  constructor(
    name: string,
    { site, alerting, secrets }: AlertmanagerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuseMissing(alerting, secrets);
    super("slipway:monitoring:Alertmanager", name, {}, opts);
    if (!hasPeople(alerting.ways) && pulumi.runtime.isDryRun()) {
      void pulumi.log.info(
        `stage ${site.stage} has no receivers: its alerts are kept in Alertmanager alone`,
        this,
      );
    }

    const { before } = toolObjects(
      site,
      name,
      {
        tool: TOOL,
        ports: PORTS,
        podSelector: toolSelector(TOOL),
        replicas: site.sizes.replicas,
        ...alertmanagerFlows(site, alerting.ways),
      },
      this,
    );
    const files = (purpose: string, content: Readonly<Record<string, pulumi.Input<string>>>) =>
      createSecretFiles(site, `${name}-${purpose}`, TOOL, content, this);
    const config = files("config", {
      // The operator's own name for it.
      "alertmanager.yaml": renderConfig(alertmanagerConfig(alerting)),
      [TEMPLATES]: templates(site.stage),
    });
    const receivers = Object.keys(secrets).length === 0 ? undefined : files("receivers", secrets);
    new k8s.apiextensions.CustomResource(
      `${name}-alertmanager`,
      {
        apiVersion: MONITORING_API,
        kind: "Alertmanager",
        metadata: toolMetadata(site, TOOL, TOOL),
        spec: alertmanagerSpec(site, { config, receivers }),
      },
      toolOptions(site, this, [...before, ...site.operator]),
    );

    this.registerOutputs({ service: this.service });
  }
}

function refuseMissing({ ways: there }: Alerting, secrets: AlertmanagerArgs["secrets"]): void {
  const missing = ways.find((way) => there[way] !== undefined && secrets[way] === undefined);
  if (missing === undefined) return;
  throw new SlipwayError({
    where: "Alertmanager",
    what: `the receiver ${missing} has no secret`,
    todo: "give it one, or leave the receiver out",
  });
}
