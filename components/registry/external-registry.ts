import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { RegistryContract } from "../common/contracts";
import { SlipwayError } from "../common/problems";
import { contentTag } from "./context";
import { checkDigests, checkImageNames, PLATFORM } from "./images";
import type { Digests, PlatformImage } from "./images";

/** What an {@link ExternalRegistry} is made from. */
export interface ExternalRegistryArgs {
  /** Host and port of a registry that runs already and takes pushes without a login, e.g. `localhost:5001`. */
  readonly server: string;
  /** The reference service, which stands in for every image without a digest. */
  readonly reference: PlatformImage;
  /** Absolute path of the program's folder (`main` of Pulumi.yaml), from where the contexts are given. */
  readonly programFolder: string;
  /** Digest that runs, by image. @default none */
  readonly digests?: Digests;
}

const SERVER = /^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;

/**
 * A registry that somebody else runs, for clusters without a cloud. It creates only the reference service's image,
 * built here and pushed there.
 *
 * @throws SlipwayError before anything is created when the server, a name or a digest is malformed.
 */
export class ExternalRegistry extends pulumi.ComponentResource implements RegistryContract {
  readonly server: string;
  /** Reference by digest of the reference service. */
  readonly reference: pulumi.Output<string>;
  readonly #digests: Digests;

  constructor(name: string, args: ExternalRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { server, reference, digests = {} } = args;
    if (!SERVER.test(server)) {
      throw new SlipwayError({
        where: "slipway:registry.server",
        what: `"${server}" is no registry`,
        allowed: "a host, and a port where it is not 443, such as localhost:5001",
      });
    }
    checkImageNames([reference.name]);
    checkImageNames(Object.keys(digests));
    checkDigests(digests);
    const tag = contentTag(args.programFolder, reference.context);
    super("slipway:registry:ExternalRegistry", name, {}, opts);

    const image = new docker.Image(
      `${name}-${reference.name}-image`,
      {
        imageName: `${server}/${reference.name}:${tag}`,
        build: { context: reference.context, platform: PLATFORM },
      },
      { parent: this },
    );
    this.server = server;
    this.reference = image.repoDigest;
    this.#digests = digests;
    this.registerOutputs({ server: this.server, reference: this.reference });
  }

  image(name: string): pulumi.Output<string> {
    const digest = Object.hasOwn(this.#digests, name) ? this.#digests[name] : undefined;
    return digest === undefined ? this.reference : pulumi.output(`${this.server}/${name}@${digest}`);
  }

  isReference(name: string): boolean {
    return !Object.hasOwn(this.#digests, name);
  }
}
