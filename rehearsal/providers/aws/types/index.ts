import type { Model } from "../model";
import { accessModels } from "./eks-access";
import { addonModels } from "./eks-addons";
import { clusterModels } from "./eks-cluster";
import { ecrModels } from "./ecr";
import { endpointModels } from "./endpoints";
import { gatewayModels } from "./gateways";
import { iamModels } from "./iam";
import { kmsModels } from "./kms";
import { logModels } from "./logs";
import { nodeModels } from "./eks-nodes";
import { routeModels } from "./routes";
import { securityModels } from "./security-groups";
import { settingModels } from "./ec2-settings";
import { vpcModels } from "./vpc";

/** Every resource type of the simulated account, by its token. */
export const models: ReadonlyMap<string, Model> = new Map(
  [
    vpcModels,
    gatewayModels,
    routeModels,
    endpointModels,
    securityModels,
    settingModels,
    logModels,
    iamModels,
    kmsModels,
    clusterModels,
    accessModels,
    addonModels,
    nodeModels,
    ecrModels,
  ]
    .flat()
    .map((model) => [model.type, model]),
);
