import { machineTypes, nodeGroup } from "../../aws/machines";
import { at, isAbsent } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Nobody logs in to a node: what was changed there by hand is in no program, and the key opens all of them. */
export const forbidSshKeys = resourceRule({
  name: "aws-ec2-instance-forbid-ssh-key",
  area: "cluster",
  title: "Nodes have no SSH key",
  description: "No machine, launch template or node group has a key by which one could log in.",
  level: "mandatory",
  severity: "medium",
  checks: [9],
  ids: ["BPG hosts"],
  remedy: "Leave keyName and remoteAccess out; look at a node with kubectl debug, or with Session Manager.",
  url: "https://docs.aws.amazon.com/eks/latest/best-practices/protecting-the-infrastructure.html",
  types: machineTypes,
  judge: ({ type, props }, judgement) => {
    judgement.part(() => {
      const key = type === nodeGroup ? at(props["remoteAccess"], "ec2SshKey") : props["keyName"];
      if (isAbsent(key) || key === "") return;
      judgement.report(
        type === nodeGroup ? "remoteAccess.ec2SshKey" : "keyName",
        "whoever has the key logs in to the node; leave it out.",
      );
    });
  },
});
