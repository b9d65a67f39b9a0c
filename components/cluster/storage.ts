import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { platformLabels } from "../common/labels";
import type { Compute } from "./types";

const PROVISIONERS: Readonly<Record<Compute, string>> = {
  auto: "ebs.csi.eks.amazonaws.com",
  managed: "ebs.csi.aws.com",
};

/** Who makes volumes: Auto Mode's own driver or the add-on. A class with the wrong one never binds a claim. */
export function provisioner(compute: Compute): string {
  return PROVISIONERS[compute];
}

/** The default storage class: encrypted gp3 volumes that can grow. */
export function storageClass(
  name: string,
  args: { readonly compute: Compute; readonly kmsKeyArn: pulumi.Input<string>; readonly stage: string },
  opts: pulumi.CustomResourceOptions,
): k8s.storage.v1.StorageClass {
  return new k8s.storage.v1.StorageClass(
    name,
    {
      metadata: {
        name: "gp3",
        labels: platformLabels("gp3", "storage", args.stage),
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: provisioner(args.compute),
      parameters: { type: "gp3", encrypted: "true", kmsKeyId: args.kmsKeyArn },
      allowVolumeExpansion: true,
      reclaimPolicy: "Delete",
      // A volume made before its pod is placed may lie in a zone where the pod does not fit.
      volumeBindingMode: "WaitForFirstConsumer",
    },
    opts,
  );
}
