import type { Model } from "../model";
import { accessModels } from "./eks-access";
import { addonModels } from "./eks-addons";
import { bucketModels } from "./buckets";
import { certificateModels } from "./certificates";
import { clusterModels } from "./eks-cluster";
import { ecrModels } from "./ecr";
import { endpointModels } from "./endpoints";
import { firewallModels } from "./firewall";
import { gatewayModels } from "./gateways";
import { iamModels } from "./iam";
import { kmsModels } from "./kms";
import { listenerModels } from "./listeners";
import { loadBalancerModels } from "./load-balancers";
import { logModels } from "./logs";
import { nodeModels } from "./eks-nodes";
import { elastiCacheModels } from "./elasticache";
import { searchModels } from "./opensearch";
import { rdsModels } from "./rds";
import { routeModels } from "./routes";
import { secretModels } from "./secrets-manager";
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
    loadBalancerModels,
    listenerModels,
    certificateModels,
    firewallModels,
    bucketModels,
    rdsModels,
    elastiCacheModels,
    searchModels,
    secretModels,
  ]
    .flat()
    .map((model) => [model.type, model]),
);
