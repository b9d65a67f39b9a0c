import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterContract, ClusterDns } from "../common/contracts";
import { chooseContext } from "./contexts";

/** What an {@link ExistingCluster} is reached by. */
export interface ExistingClusterArgs {
  /** Text of a kubeconfig, not its path. Known before the program runs, for the context decides what is made. */
  readonly kubeconfig: string;
  /** Context in it. @default its current context */
  readonly context?: string;
  /** What the cluster is called in outputs. @default the context's name */
  readonly name?: string;
  /** Storage class for volume claims. @default the cluster's own default class */
  readonly storageClass?: string;
  /** How pods reach DNS. @default the pods labelled `k8s-app: kube-dns` */
  readonly dns?: ClusterDns;
}

/** A cluster that somebody else made: a laptop's, or the control plane of a rehearsal. Makes a provider, nothing else. */
export class ExistingCluster extends pulumi.ComponentResource implements ClusterContract {
  readonly name: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly storageClass: pulumi.Output<string> | undefined;
  readonly provider: k8s.Provider;
  readonly dns: ClusterDns;
  readonly ready: readonly pulumi.Resource[] = [];

  /** @throws SlipwayError when the kubeconfig cannot be read or has no such context. */
  constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const chosen = chooseContext(args.kubeconfig, args.context);
    super("slipway:cluster:ExistingCluster", name, {}, opts);

    this.name = pulumi.output(args.name ?? chosen.context);
    // It may hold a client key or a token.
    this.kubeconfig = pulumi.secret(chosen.kubeconfig);
    this.storageClass = args.storageClass === undefined ? undefined : pulumi.output(args.storageClass);
    this.dns = args.dns ?? { kind: "pods" };
    this.provider = new k8s.Provider(
      `${name}-provider`,
      {
        kubeconfig: this.kubeconfig,
        context: chosen.context,
        // Without it a new address of the same cluster would count as another cluster, and all be replaced.
        clusterIdentifier: this.name,
        deleteUnreachable: false,
        // What the program names is the program's: else a field that somebody changed by hand would block every update.
        enablePatchForce: true,
      },
      { parent: this },
    );
    this.registerOutputs({
      name: this.name,
      kubeconfig: this.kubeconfig,
      storageClass: this.storageClass,
      dns: this.dns,
    });
  }
}
