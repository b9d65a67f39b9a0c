import { changesOf } from "../compare";
import { between, block, flag, list, matches, number, oneOf, ref, set, text } from "../fields";
import type { Model } from "../model";
import { T } from "./tokens";

const yesNo = (): ReturnType<typeof text> => text({ check: oneOf("true", "false") });

const launchTemplate: Model = {
  type: T.launchTemplate,
  tags: true,
  autoName: { field: "name", max: 125 },
  fields: {
    blockDeviceMappings: list(
      block({
        deviceName: text({ required: true }),
        ebs: block({
          deleteOnTermination: yesNo(),
          encrypted: yesNo(),
          iops: number({ computed: true, check: between(100, 256000) }),
          kmsKeyId: ref(T.key, {}, "arn"),
          throughput: number({ computed: true, check: between(125, 2000) }),
          volumeSize: number({ computed: true, check: between(1, 65536) }),
          volumeType: text({
            computed: true,
            check: oneOf("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"),
          }),
        }),
      }),
    ),
    description: text({ check: (value) => (value.length <= 255 ? undefined : "may have 255 characters") }),
    ebsOptimized: yesNo(),
    imageId: text({ check: matches(/^ami-[0-9a-f]{8,17}$/, "must look like ami-0123456789abcdef0") }),
    instanceType: text(),
    metadataOptions: block(
      {
        httpEndpoint: text({ computed: true, check: oneOf("enabled", "disabled") }),
        httpProtocolIpv6: text({ computed: true, check: oneOf("enabled", "disabled") }),
        httpPutResponseHopLimit: number({ computed: true, check: between(1, 64) }),
        httpTokens: text({ computed: true, check: oneOf("optional", "required") }),
        instanceMetadataTags: text({ computed: true, check: oneOf("enabled", "disabled") }),
      },
      { computed: true },
    ),
    monitoring: block({ enabled: flag() }),
    name: text({
      forceNew: true,
      check: matches(/^[a-zA-Z0-9()./_-]{3,128}$/, "must have 3 to 128 letters, digits and ( ) . / _ -"),
    }),
    tagSpecifications: list(
      block({
        resourceType: text({
          check: oneOf("instance", "volume", "network-interface", "spot-instances-request"),
        }),
        tags: { kind: "map" },
      }),
    ),
    updateDefaultVersion: flag(),
    userData: text({ check: matches(/^[A-Za-z0-9+/\s]*={0,2}\s*$/, "must be base64") }),
    vpcSecurityGroupIds: set(ref(T.securityGroup)),
  },
  computed: ["arn", "defaultVersion", "latestVersion"],
  moving: ["defaultVersion", "latestVersion"],
  *rules(view) {
    for (const device of view.blocks("blockDeviceMappings")) {
      const disk = device.block("ebs");
      if (disk.has("kmsKeyId") && disk.text("encrypted") !== "true") {
        yield { property: "blockDeviceMappings", reason: "an ebs block with kmsKeyId needs encrypted" };
      }
    }
  },
  id: (s) => `lt-0${s.hex(16)}`,
  outputs(s) {
    const before = s.self?.attributes;
    // Tags belong to the template, not to a version of it.
    const isNew = before === undefined || changesOf(launchTemplate.fields, before, s.view.props).length > 0;
    const latest = Number(before?.["latestVersion"] ?? 0) + (isNew ? 1 : 0);
    const moves = before === undefined || s.view.flag("updateDefaultVersion") === true;
    return {
      arn: s.arn("ec2", `launch-template/${s.id}`),
      defaultVersion: moves ? latest : Number(before["defaultVersion"]),
      latestVersion: latest,
    };
  },
  admit(s) {
    const name = s.view.text("name");
    if (
      s.verb === "creating" &&
      name !== undefined &&
      s.account.find(T.launchTemplate, "name", name, s.region) !== undefined
    ) {
      s.refuse("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
    }
  },
};

const encryptionByDefault: Model = {
  type: T.encryptionByDefault,
  fields: { enabled: flag({ default: true }) },
  computed: [],
  id: () => "ebs-encryption-by-default",
  admit(s) {
    if (s.verb === "creating" && s.account.find(s.type, "id", s.id, s.region) !== undefined) {
      s.refuse("InvalidState", "another resource manages this setting of the region already");
    }
  },
};

export const settingModels: readonly Model[] = [launchTemplate, encryptionByDefault];
