import * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { RegistryContract } from "../common/contracts";
import { nearest } from "../common/nearest";
import { SlipwayError } from "../common/problems";
import { contentTag } from "./context";
import { checkDigests, checkImageNames, digestOf, PLATFORM } from "./images";
import type { Digests, PlatformImage } from "./images";
import { lifecyclePolicy, pullPolicy } from "./policies";

/** What an {@link ImageRegistry} is made from. */
export interface ImageRegistryArgs {
  /**
   * Folder of all repositories, one or more parts of an image name: `slipway-staging`. It keeps stacks apart that
   * share an account and region, so that none deletes what another runs.
   */
  readonly folder: string;
  /** Images of the systems, without registry and tag: `daira/backend`. One repository each. */
  readonly repositories: readonly string[];
  /** Images that the platform owns: each is built from its folder and pushed. @default none */
  readonly platformImages?: readonly PlatformImage[];
  /** Absolute path of the program's folder (`main` of Pulumi.yaml), from where the contexts are given. */
  readonly programFolder: string;
  /** Digest that runs, by image; platform images need none. */
  readonly digests: Digests;
  /** Key of all repositories; its policy must let ECR use it. It cannot be changed later without a new repository. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /**
   * ARNs of accounts or roles elsewhere that may pull. The nodes of this account need none: they pull by the policy
   * of their own role, AmazonEC2ContainerRegistryPullOnly, which can neither push nor list. @default none
   */
  readonly pullPrincipals?: readonly pulumi.Input<string>[];
  /** Whether a repository is deleted with its images; else one that holds images refuses. Not for production. */
  readonly forceDelete: boolean;
  /** @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The stack's images in Amazon ECR. It creates for each image:
 *
 * 1. a repository with immutable tags, a scan of every push and encryption with our key;
 * 2. a lifecycle policy: 30 releases are kept, what lost its tag goes after 7 days;
 * 3. a policy that lets others pull, only where there are others;
 * 4. for images of the platform, the image itself, built and pushed.
 *
 * @throws SlipwayError before anything is created when a name or a digest is malformed.
 */
export class ImageRegistry extends pulumi.ComponentResource implements RegistryContract {
  /** Image name → `ACCOUNT.dkr.ecr.REGION.amazonaws.com/FOLDER/NAME`. */
  readonly repositoryUrls: Readonly<Record<string, pulumi.Output<string>>>;
  readonly #digests: Digests;
  readonly #built: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: ImageRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    const platformImages = args.platformImages ?? [];
    const names = [...args.repositories, ...platformImages.map((image) => image.name)];
    checkImageNames(names);
    checkImageNames(names.map((image) => `${args.folder}/${image}`));
    checkDigests(args.digests);
    const tagged = platformImages.map((image) => ({
      ...image,
      tag: contentTag(args.programFolder, image.context),
    }));
    super("slipway:registry:ImageRegistry", name, {}, opts);

    const repositories = new Map(names.map((image) => [image, this.#repository(name, image, args)]));
    const login = tagged.length === 0 ? undefined : aws.ecr.getAuthorizationTokenOutput({}, { parent: this });
    const built = new Map<string, pulumi.Output<string>>();
    for (const { name: image, context, tag } of tagged) {
      const url = repositories.get(image)?.repositoryUrl;
      if (url === undefined || login === undefined) continue;
      const { repoDigest } = new docker.Image(
        `${name}-${image}-image`,
        {
          imageName: pulumi.interpolate`${url}:${tag}`,
          build: { context, platform: PLATFORM },
          registry: {
            server: url,
            username: login.userName,
            password: pulumi.secret(login.password),
          },
        },
        { parent: this },
      );
      built.set(image, repoDigest);
    }
    this.#digests = args.digests;
    this.#built = built;
    this.repositoryUrls = Object.fromEntries(
      [...repositories].map(([image, repository]) => [image, repository.repositoryUrl]),
    );
    this.registerOutputs({ repositoryUrls: this.repositoryUrls });
  }

  image(name: string): pulumi.Output<string> {
    const built = this.#built.get(name);
    if (built !== undefined) return built;
    const url = Object.hasOwn(this.repositoryUrls, name) ? this.repositoryUrls[name] : undefined;
    if (url === undefined) {
      const known = Object.keys(this.repositoryUrls);
      throw new SlipwayError({
        what: `the registry has no repository for image ${name}${nearest(name, known)}`,
        allowed: known.join(", "),
      });
    }
    return pulumi.interpolate`${url}@${digestOf(name, this.#digests)}`;
  }

  #repository(name: string, image: string, args: ImageRegistryArgs): aws.ecr.Repository {
    const repository = new aws.ecr.Repository(
      `${name}-${image}`,
      {
        name: `${args.folder}/${image}`,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.kmsKeyArn }],
        forceDelete: args.forceDelete,
        tags: { ...args.tags, Name: `${args.folder}/${image}` },
      },
      { parent: this },
    );
    new aws.ecr.LifecyclePolicy(
      `${name}-${image}-lifecycle`,
      { repository: repository.name, policy: JSON.stringify(lifecyclePolicy()) },
      { parent: this },
    );
    const principals = args.pullPrincipals ?? [];
    if (principals.length > 0) {
      new aws.ecr.RepositoryPolicy(
        `${name}-${image}-pull`,
        {
          repository: repository.name,
          policy: pulumi.all([...principals]).apply((arns) => JSON.stringify(pullPolicy(arns))),
        },
        { parent: this },
      );
    }
    return repository;
  }
}
