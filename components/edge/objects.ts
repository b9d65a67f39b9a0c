import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../common/gateway-api";

/** Makes custom resources of one component once their controllers are there. */
export class Objects {
  constructor(
    private readonly parent: pulumi.Resource,
    private readonly provider: k8s.Provider,
    private readonly controllers: readonly pulumi.Resource[],
  ) {}

  make(
    name: string,
    manifest: Manifest<string, object>,
    dependsOn: readonly pulumi.Resource[] = [],
  ): k8s.apiextensions.CustomResource {
    return new k8s.apiextensions.CustomResource(
      name,
      { ...manifest },
      { parent: this.parent, provider: this.provider, dependsOn: [...this.controllers, ...dependsOn] },
    );
  }
}
