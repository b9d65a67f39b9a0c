import { block, flag, matches, oneOf, ref, set, text } from "../fields";
import type { Model } from "../model";
import { instance } from "./rds-instance";
import { checkSubnets, identifier, refuseTwin, refuseWhileUsed } from "./store-rules";
import { T } from "./tokens";

const subnetGroup: Model = {
  type: T.dbSubnets,
  tags: true,
  autoName: { field: "name", max: 255, lower: true },
  fields: {
    description: text({ default: "Managed by Pulumi" }),
    name: text({
      forceNew: true,
      check: (value) =>
        value === "default"
          ? "must not be default"
          : matches(/^[a-z0-9 ._-]{1,255}$/, "must be 1 to 255 lower-case letters, digits and ._-")(value),
    }),
    subnetIds: set(ref(T.subnet), { required: true }),
  },
  computed: ["arn", "supportedNetworkTypes", "vpcId"],
  id: (s) => s.view.text("name") ?? "",
  outputs: (s) => ({
    arn: s.arn("rds", `subgrp:${s.id}`),
    supportedNetworkTypes: ["IPV4"],
    vpcId: checkSubnets(s, 2, "DBSubnetGroupDoesNotCoverEnoughAZs"),
  }),
  admit(s) {
    refuseTwin(s, "name", "DBSubnetGroupAlreadyExists");
    checkSubnets(s, 2, "DBSubnetGroupDoesNotCoverEnoughAZs");
  },
  release: (s) =>
    refuseWhileUsed(
      s,
      { type: T.dbInstance, field: "dbSubnetGroupName", code: "InvalidDBSubnetGroupStateFault" },
      s.id,
    ),
};

const parameterGroup: Model = {
  type: T.dbParameters,
  tags: true,
  autoName: { field: "name", max: 255, lower: true },
  fields: {
    description: text({ default: "Managed by Pulumi", forceNew: true }),
    family: text({
      required: true,
      forceNew: true,
      check: matches(/^postgres1[3-8]$/, "must be postgres13 to postgres18; other engines are not modelled"),
    }),
    name: text({ forceNew: true, check: identifier(255) }),
    parameters: set(
      block({
        applyMethod: text({ default: "immediate", check: oneOf("immediate", "pending-reboot") }),
        name: text({ required: true }),
        value: text({ required: true }),
      }),
    ),
    skipDestroy: flag({ default: false }),
  },
  computed: ["arn"],
  id: (s) => s.view.text("name") ?? "",
  outputs: (s) => ({ arn: s.arn("rds", `pg:${s.id}`) }),
  admit: (s) => refuseTwin(s, "name", "DBParameterGroupAlreadyExists"),
  release: (s) =>
    refuseWhileUsed(
      s,
      { type: T.dbInstance, field: "parameterGroupName", code: "InvalidDBParameterGroupState" },
      s.id,
    ),
};

export const rdsModels: readonly Model[] = [subnetGroup, parameterGroup, instance];
