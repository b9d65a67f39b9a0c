import { SlipwayError } from "../../../components/common/problems";
import { Account } from "../aws/account";
import { FaultInjector } from "../aws/faults";
import { SimulatedInstance } from "../aws/part";
import type { World } from "../aws/situations";
import type { Props, ProviderPart } from "../part";
import { models } from "./types";

/** Blocks that no proxy of anybody calls from (RFC 5737, RFC 3849); the real ones change without notice. */
const BLOCKS = { ipv4Cidrs: ["192.0.2.0/24", "198.51.100.0/24"], ipv6Cidrs: ["2001:db8::/32"] };
const KNOWN = ["apiToken", "version"];

/**
 * The stand-in for the Cloudflare provider: zones whose records, rulesets and settings are kept in the simulated
 * account's file, so that whatever a stack leaves is found there. No zone is touched and no token is used.
 *
 * @throws SlipwayError when the file is no simulated account.
 */
export function cloudflarePart({ accountFile }: { readonly accountFile: string }): ProviderPart {
  const account = new Account(accountFile, "");
  return {
    package: "cloudflare",
    diffConfig: () => ({ replaces: [] }),
    // Async, so that a refusal is a rejection and never thrown at the caller.
    // eslint-disable-next-line @typescript-eslint/require-await
    async configure(config) {
      const stray = Object.keys(config).find((key) => !KNOWN.includes(key) && !key.startsWith("__"));
      if (stray !== undefined) {
        throw new SlipwayError({
          what: `the rehearsal's stand-in does not model the argument "${stray}"`,
          where: "the Cloudflare provider",
          allowed: KNOWN.join(", "),
        });
      }
      if ((config["apiToken"] ?? "") === "") {
        throw new SlipwayError({
          what: "no API token is given",
          where: "the Cloudflare provider",
          todo: "set it: pulumi config set --secret cloudflare:apiToken TOKEN",
        });
      }
      const world: World = {
        account,
        config: { region: "", defaultTags: {} },
        cluster: () => undefined,
        now: () => new Date(),
      };
      return new SimulatedInstance(world, new FaultInjector(undefined), {
        title: "Cloudflare",
        models,
        invoke,
      });
    },
  };
}

function invoke(token: string): Props {
  if (token !== "cloudflare:index/getIpRanges:getIpRanges")
    throw new Error(`the rehearsal's Cloudflare stand-in does not model ${token}`);
  return { ...BLOCKS, etag: "rehearsal", id: "rehearsal", jdcloudCidrs: [] };
}
