import assert from "node:assert/strict";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { contentTag } from "../../../components/registry/context";
import { ImageRegistry } from "../../../components/registry/image-registry";
import type { ImageRegistryArgs } from "../../../components/registry/image-registry";
import { record, value } from "../../support/recorder";
import type { Recording } from "../../support/recorder";

const HOST = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
const DIGEST = `sha256:${"a".repeat(64)}`;
const BUILT = `${HOST}/slipway-test/slipway/reference@sha256:${"b".repeat(64)}`;
const REFERENCE = { name: "slipway/reference", context: "../images/reference" };

const defaults: ImageRegistryArgs = {
  folder: "slipway-test",
  repositories: ["daira/backend", "daira/frontend"],
  programFolder: join(__dirname, "../../../infra"),
  digests: { "daira/backend": DIGEST },
  kmsKeyArn: "arn:key",
  forceDelete: false,
};

async function build(
  change: Partial<ImageRegistryArgs> = {},
  calls: string[] = [],
): Promise<Recording<ImageRegistry>> {
  return record(() => new ImageRegistry("registry", { ...defaults, ...change }), {
    outputs: ({ type, inputs }) => {
      if (type === "docker:index/image:Image") return { repoDigest: BUILT };
      return { repositoryUrl: `${HOST}/${String((inputs as { name?: string }).name)}` };
    },
    call: ({ token }) => {
      calls.push(token);
      return { userName: "AWS", password: "token", proxyEndpoint: `https://${HOST}` };
    },
  });
}

const repositoryCounts = (count: number): Record<string, number> => ({
  "slipway:registry:ImageRegistry": 1,
  "aws:ecr/repository:Repository": count,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": count,
});

describe("ImageRegistry", () => {
  it("creates one repository an image with a lifecycle, and asks for no login when it builds nothing", async () => {
    const calls: string[] = [];
    const recording = await build({}, calls);
    assert.deepEqual(recording.counts(), repositoryCounts(2));
    assert.deepEqual(calls, []);
    assert.deepEqual(
      recording
        .ofType("aws:ecr/repository:Repository")
        .map(({ name }) => name)
        .sort(),
      ["registry-daira/backend", "registry-daira/frontend"],
    );
  });

  it("keeps the repositories of two stacks apart in AWS, under the same logical names", async () => {
    const named = async (folder: string): Promise<string[][]> => {
      const made = (await build({ folder })).ofType("aws:ecr/repository:Repository");
      return [made.map(({ name }) => name), made.map(({ inputs }) => inputs["name"] as string)];
    };
    const [[logical, physical], [otherLogical, otherPhysical]] = [
      await named("slipway-staging"),
      await named("slipway-production"),
    ];
    assert.deepEqual(logical, otherLogical);
    assert.deepEqual(physical, ["slipway-staging/daira/backend", "slipway-staging/daira/frontend"]);
    assert.equal(
      physical.some((name) => otherPhysical!.includes(name)),
      false,
    );
  });

  it("is the parent of all its resources", async () => {
    const [component, ...children] = (await build({ platformImages: [REFERENCE], pullPrincipals: ["arn:x"] }))
      .resources;
    assert.equal(component?.type, "slipway:registry:ImageRegistry");
    assert.deepEqual(component.inputs, {});
    assert.equal(children.length, 10);
    for (const child of children) {
      assert.equal(child.parent, component.urn, child.name);
      assert.match(child.urn, /::slipway:registry:ImageRegistry\$/);
    }
  });

  it("makes repositories with tags that cannot move, scanned and encrypted", async () => {
    const recording = await build({ tags: { "slipway:stack": "test" } });
    assert.deepEqual(recording.one("aws:ecr/repository:Repository", "registry-daira/backend").inputs, {
      name: "slipway-test/daira/backend",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "arn:key" }],
      forceDelete: false,
      tags: { "slipway:stack": "test", Name: "slipway-test/daira/backend" },
    });
  });

  it("deletes repositories that hold images only where that is asked for", async () => {
    const recording = await build({ forceDelete: true });
    for (const { inputs } of recording.ofType("aws:ecr/repository:Repository")) {
      assert.equal(inputs["forceDelete"], true);
    }
  });

  it("keeps 30 releases and drops images without a tag after 7 days", async () => {
    const { inputs } = (await build()).one(
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      "registry-daira/backend-lifecycle",
    );
    assert.equal(inputs["repository"], "slipway-test/daira/backend");
    const { rules } = JSON.parse(inputs["policy"] as string) as {
      rules: { rulePriority: number; selection: object; action: object }[];
    };
    assert.deepEqual(
      rules.map(({ rulePriority, selection, action }) => ({ rulePriority, selection, action })),
      [
        {
          rulePriority: 1,
          selection: {
            tagStatus: "tagged",
            tagPatternList: ["*"],
            countType: "imageCountMoreThan",
            countNumber: 30,
          },
          action: { type: "expire" },
        },
        {
          rulePriority: 2,
          selection: {
            tagStatus: "untagged",
            countType: "sinceImagePushed",
            countUnit: "days",
            countNumber: 7,
          },
          action: { type: "expire" },
        },
      ],
    );
  });

  it("lets others pull, and only pull, where others are named", async () => {
    const recording = await build({ pullPrincipals: [pulumi.output("arn:aws:iam::444455556666:role/ci")] });
    assert.deepEqual(recording.counts(), {
      ...repositoryCounts(2),
      "aws:ecr/repositoryPolicy:RepositoryPolicy": 2,
    });
    const { inputs } = recording.one(
      "aws:ecr/repositoryPolicy:RepositoryPolicy",
      "registry-daira/backend-pull",
    );
    assert.equal(inputs["repository"], "slipway-test/daira/backend");
    assert.deepEqual(JSON.parse(inputs["policy"] as string).Statement, [
      {
        Sid: "Pull",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::444455556666:role/ci"] },
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      },
    ]);
  });

  it("builds the platform's images and pushes them under a tag made from their content", async () => {
    const calls: string[] = [];
    const recording = await build({ platformImages: [REFERENCE] }, calls);
    assert.deepEqual(recording.counts(), { ...repositoryCounts(3), "docker:index/image:Image": 1 });
    assert.deepEqual(calls, ["aws:ecr/getAuthorizationToken:getAuthorizationToken"]);
    const image = recording.one("docker:index/image:Image", "registry-slipway/reference-image");
    assert.deepEqual(image.inputs, {
      imageName: `${HOST}/slipway-test/slipway/reference:${contentTag(defaults.programFolder, REFERENCE.context)}`,
      build: { context: "../images/reference", platform: "linux/amd64" },
      registry: { server: `${HOST}/slipway-test/slipway/reference`, username: "AWS", password: "token" },
      skipPush: false,
      buildOnPreview: false,
    });
    assert.deepEqual(image.secrets, ["registry"], "the login never reaches the state in plain text");
  });

  it("refers to images by digest: the config's for systems, the build's for the platform", async () => {
    const { result } = await build({ platformImages: [REFERENCE] });
    assert.equal(await value(result.image("daira/backend")), `${HOST}/slipway-test/daira/backend@${DIGEST}`);
    assert.equal(await value(result.image("slipway/reference")), BUILT);
    assert.deepEqual(Object.keys(result.repositoryUrls), [
      "daira/backend",
      "daira/frontend",
      "slipway/reference",
    ]);
  });

  it("says which digest is missing, and the command that sets it", async () => {
    const { result } = await build();
    assert.throws(() => result.image("daira/frontend"), {
      name: "SlipwayError",
      message:
        "slipway:images: there is no digest for image daira/frontend; " +
        "allowed: sha256: and 64 hexadecimal digits, of an image that was pushed to the registry; " +
        `run: pulumi config set --path 'slipway:images["daira/frontend"]' sha256:….`,
    });
  });

  it("finds no digest for an image that is called like what every object has", async () => {
    const { result } = await build({ repositories: ["constructor"] });
    assert.throws(() => result.image("constructor"), { message: /there is no digest for image constructor/ });
  });

  it("says which images it has when asked for another", async () => {
    const { result } = await build();
    assert.throws(() => result.image("daira/backnd"), {
      name: "SlipwayError",
      message:
        /no repository for image daira\/backnd \(did you mean "daira\/backend"\?\); allowed: daira\/backend, daira\/frontend/,
    });
    for (const name of ["toString", "__proto__"])
      assert.throws(() => result.image(name), { name: "SlipwayError" });
  });

  const refused: readonly (readonly [string, Partial<ImageRegistryArgs>, RegExp])[] = [
    [
      "a tag in place of a digest",
      { digests: { "daira/backend": "v1.2.3" } },
      /slipway:images: "v1\.2\.3" is no digest of image daira\/backend; allowed: sha256:.*pulumi config set --path/,
    ],
    ["a digest in upper case", { digests: { "daira/backend": DIGEST.replaceAll("a", "A") } }, /is no digest/],
    ["a digest that is too short", { digests: { "daira/backend": DIGEST.slice(0, -1) } }, /is no digest/],
    ["a digest with a line after it", { digests: { "daira/backend": `${DIGEST}\n` } }, /is no digest/],
    [
      "an image name in upper case",
      { repositories: ["Daira/backend"] },
      /"Daira\/backend" cannot be the name of an image/,
    ],
    ["an image name with a tag", { repositories: ["daira/backend:v1"] }, /without registry and tag/],
    [
      "a folder that no repository can be in",
      { folder: "Slipway_Test" },
      /"Slipway_Test\/daira\/backend" cannot be the name of an image/,
    ],
    [
      "a name that is too long with its folder",
      { repositories: [`daira/${"b".repeat(245)}`] },
      /cannot be the name of an image; allowed: 2 to 256/,
    ],
    ["an image name of one letter", { repositories: ["a"] }, /2 to 256/],
    [
      "an image twice",
      { repositories: ["daira/backend", "daira/backend"] },
      /image daira\/backend is named twice/,
    ],
    [
      "an image that a system and the platform own",
      { repositories: ["slipway/reference"], platformImages: [REFERENCE] },
      /image slipway\/reference is named twice/,
    ],
    [
      "a platform image without a Dockerfile",
      { platformImages: [{ name: "slipway/none", context: "../docs" }] },
      /build context docs: there is no Dockerfile/,
    ],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses ${what} before anything exists`, async () => {
      const recording = await record(() => {
        assert.throws(() => new ImageRegistry("registry", { ...defaults, ...change }), {
          name: "SlipwayError",
          message,
        });
      });
      assert.deepEqual(recording.resources, []);
    });
  }
});
