import { flag, matches, oneOf, text } from "../fields";
import type { Model } from "../model";
import { instance } from "./rds-instance";
import { parameterGroup, subnetGroup } from "./store-groups";
import { T } from "./tokens";

const dbSubnets = subnetGroup({
  type: T.dbSubnets,
  arn: ["rds", "subgrp"],
  name: (value) =>
    value === "default"
      ? "must not be default"
      : matches(/^[a-z0-9 ._-]{1,255}$/, "must be 1 to 255 lower-case letters, digits and ._-")(value),
  zones: { least: 2, code: "DBSubnetGroupDoesNotCoverEnoughAZs" },
  more: { supportedNetworkTypes: ["IPV4"] },
  taken: "DBSubnetGroupAlreadyExists",
  usedBy: { type: T.dbInstance, field: "dbSubnetGroupName", code: "InvalidDBSubnetGroupStateFault" },
});

const dbParameters = parameterGroup({
  type: T.dbParameters,
  arn: ["rds", "pg"],
  family: matches(/^postgres1[3-8]$/, "must be postgres13 to postgres18; other engines are not modelled"),
  parameter: { applyMethod: text({ default: "immediate", check: oneOf("immediate", "pending-reboot") }) },
  more: { skipDestroy: flag({ default: false }) },
  taken: "DBParameterGroupAlreadyExists",
  usedBy: { type: T.dbInstance, field: "parameterGroupName", code: "InvalidDBParameterGroupState" },
});

export const rdsModels: readonly Model[] = [dbSubnets, dbParameters, instance];
