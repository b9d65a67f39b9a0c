import { at, fields, isAbsent, list, shown } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { resourceRule } from "../../core/rule";
import type { Subject } from "../../core/rule";

const unencrypted = "the disk is not encrypted";

/** A disk is encrypted only if that is said; texts are how launch templates hold flags. */
function judgeDisk(encrypted: unknown, path: string, judgement: Judgement): void {
  if (encrypted === true || encrypted === "true") return;
  judgement.report(path, `${unencrypted}: encrypted is ${shown(encrypted)}; set it to true.`);
}

/** Disks in a list of mappings from device to disk. */
function judgeMappings(mappings: unknown, path: string, judgement: Judgement): void {
  judgement.each(mappings, (item, index) => {
    const mapping = fields(item);
    // Leaves out a disk of the image, or is one of the machine itself, which encrypts it.
    if (isAbsent(mapping["ebs"]) && !(isAbsent(mapping["noDevice"]) && isAbsent(mapping["virtualName"])))
      return;
    judgeDisk(at(mapping["ebs"], "encrypted"), `${path}[${index}].ebs.encrypted`, judgement);
  });
}

/** The disks of a machine: that of the image, and further ones. */
function judgeMachine({ props }: Subject, judgement: Judgement): void {
  judgement.part(() => {
    // What a machine leaves to its launch template is judged there.
    if (isAbsent(props["rootBlockDevice"]) && !isAbsent(props["launchTemplate"])) return;
    judgeDisk(at(props["rootBlockDevice"], "encrypted"), "rootBlockDevice.encrypted", judgement);
  });
  judgement.part(() => {
    judgement.each(props["ebsBlockDevices"], (item, index) => {
      const disk = fields(item);
      if (disk["noDevice"] === true) return;
      judgeDisk(disk["encrypted"], `ebsBlockDevices[${index}].encrypted`, judgement);
    });
  });
}

function judgeFlag(field: string): (subject: Subject, judgement: Judgement) => void {
  return ({ props }, judgement) => judgeDisk(props[field], field, judgement);
}

const judges: Readonly<Record<string, (subject: Subject, judgement: Judgement) => void>> = {
  "aws:ec2/launchTemplate:LaunchTemplate": ({ props }, judgement) => {
    const mappings = props["blockDeviceMappings"];
    judgeMappings(mappings, "blockDeviceMappings", judgement);
    if (list(mappings).length > 0) return;
    judgement.report(
      "blockDeviceMappings",
      "the template names no disk, so the image's is not encrypted; map it with ebs.encrypted.",
    );
  },
  "aws:ec2/launchConfiguration:LaunchConfiguration": judgeMachine,
  "aws:ec2/instance:Instance": judgeMachine,
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": judgeMachine,
  "aws:ebs/volume:Volume": judgeFlag("encrypted"),
  "aws:ebs/snapshotCopy:SnapshotCopy": judgeFlag("encrypted"),
  "aws:eks/nodeGroup:NodeGroup": ({ props }, judgement) => {
    if (!isAbsent(props["launchTemplate"])) return;
    judgement.report(
      "launchTemplate",
      `without a launch template of yours ${unencrypted}; make one that maps it with ebs.encrypted.`,
    );
  },
  // Karpenter encrypts the disks that it maps by itself; https://karpenter.sh/docs/concepts/nodeclasses/
  "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": ({ props }, judgement) =>
    judgeMappings(at(props["spec"], "blockDeviceMappings"), "spec.blockDeviceMappings", judgement),
};

/** Disks of nodes and volumes of EBS. Nodes of Auto Mode have it built in. */
export const requireEncryptedDisks = resourceRule({
  name: "aws-ebs-volume-require-encryption",
  area: "cluster",
  title: "Disks are encrypted",
  description:
    "Every disk of a machine, a launch template or a node class, every volume and copy of one is encrypted.",
  level: "mandatory",
  severity: "high",
  checks: [9, 37],
  ids: ["BPG hosts", "AWS FSBP"],
  remedy: "Set encrypted: true on each disk; a node group needs a launch template that maps its disk.",
  url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
  types: Object.keys(judges),
  judge: (subject, judgement) => judgement.part(() => judges[subject.type]?.(subject, judgement)),
});
