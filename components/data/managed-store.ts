import * as pulumi from "@pulumi/pulumi";
import type { StoreSite } from "../common/contracts";
import { labels } from "../common/labels";
import { TRUST_KEY } from "../spec/store-kinds";
import { elastiCacheAuthorities, rdsAuthorities } from "./authorities";
import { connectionOf, createPasswords, createSecret, generation } from "./credentials";
import { createCache } from "./elasticache";
import { createExporter } from "./exporter";
import { createDatabase } from "./rds";
import type { ManagedResource } from "./rds";
import { recordSecret } from "./record";
import type { StoreArgs, StoreContract } from "./types";

export interface ManagedStoreArgs extends StoreArgs {
  readonly site: StoreSite;
  /** What must exist before the pod of its exporter: quota, network policies, node pools. @default nothing */
  readonly podsAfter?: readonly pulumi.Resource[];
}

/**
 * A store that AWS runs: RDS for PostgreSQL, or ElastiCache for Redis and Valkey, in at least two zones. Its users see
 * of it what they see of a {@link Store}: a Secret with the same keys, and another with the authorities by which they
 * verify it. The connection also stands in AWS Secrets Manager. An exporter in the cluster serves its metrics.
 *
 * It costs by the hour for each node, standby and readers included, and by the size of volume and backups.
 */
export class ManagedStore extends pulumi.ComponentResource implements StoreContract {
  readonly secretName: pulumi.Output<string>;
  readonly trust: { readonly secret: pulumi.Output<string>; readonly key: string };
  readonly host: pulumi.Output<string>;
  /** Of RDS one for each reader; of ElastiCache one for all of its readers and its standby. */
  readonly readerHosts: readonly pulumi.Output<string>[];
  readonly ready: pulumi.Resource;

  constructor(name: string, args: ManagedStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const { system, store, spec, site, owner, stage, namespace, protect, rotation = 1 } = args;
    const authorities = spec.kind === "postgres" ? rdsAuthorities(site.region) : elastiCacheAuthorities();
    super("slipway:data:ManagedStore", name, {}, opts);
    const child = { parent: this };
    const cloud = { ...child, provider: site.provider };
    const protection = { protect, retainOnDelete: protect };
    const component = spec.kind === "postgres" ? "database" : "cache";
    const metadata = { namespace, labels: labels({ system, name: store, component, owner, stage }) };

    const passwords = createPasswords(`${name}-password`, rotation, { ...child, ...protection });
    const password = passwords.at(-1);
    if (password === undefined) throw new Error("a store has at least one password");
    const options = { child: cloud, kept: { ...cloud, ...protection } };
    const managed: ManagedResource =
      spec.kind === "postgres"
        ? createDatabase(name, { system, store, spec, site, password, protect }, options)
        : createCache(name, { system, store, spec, site, passwords: passwords.slice(-2) }, options);

    const connection = connectionOf({ system, store, spec, host: managed.host, password });
    const end = generation(rotation);
    this.secretName = createSecret(`${name}-connection${end}`, metadata, { ...connection }, child);
    const trust = createSecret(`${name}-trust`, metadata, { [TRUST_KEY]: authorities }, child);
    recordSecret(
      name,
      { site, system, secret: store, generation: end, value: pulumi.jsonStringify(connection), protect },
      child,
    );

    createExporter(
      name,
      { system, store, spec, owner, stage, namespace, connection: this.secretName, trust },
      { ...child, dependsOn: [managed.ready, ...(args.podsAfter ?? [])] },
    );

    this.trust = { secret: trust, key: TRUST_KEY };
    this.host = managed.host;
    this.readerHosts = managed.readerHosts;
    this.ready = managed.ready;
    this.registerOutputs({
      secretName: this.secretName,
      trust: this.trust,
      host: this.host,
      readerHosts: this.readerHosts,
    });
  }
}
