import type { CheckFailure, CheckRequest, Props } from "../part";
import { UNKNOWN } from "../part";
import { withValueAt } from "../paths";
import { withoutNulls } from "../values";
import type { Cluster } from "./cluster";
import { isNamespaced } from "./cluster";
import { named } from "./names";
import { kindOf, knownMetadata, serverMetadata } from "./objects";

/**
 * Completes inputs: version and kind from the type, the provider's namespace for a namespaced kind that names none,
 * and a name where there is none.
 */
export async function check(
  cluster: Cluster,
  { urn, type, name, news, olds, randomSeed }: CheckRequest,
): Promise<{ readonly inputs: Props; readonly failures: readonly CheckFailure[] }> {
  const { apiVersion, kind } = kindOf(type);
  const failures: CheckFailure[] = [];
  const given = withoutNulls(news);
  for (const [property, wanted] of Object.entries({ apiVersion, kind })) {
    const value = given[property];
    if (value === undefined || value === UNKNOWN || value === wanted) continue;
    failures.push({
      property,
      reason: `${property} is ${JSON.stringify(value)}, but the type says "${wanted}"`,
    });
  }
  const metadata = knownMetadata(given);
  if (metadata?.["generateName"] !== undefined) {
    failures.push({
      property: "metadata.generateName",
      reason: "not supported with server-side apply; leave out the name to get one",
    });
  }
  let inputs: Props = { ...given, apiVersion, kind };
  if (metadata !== undefined) {
    inputs = serverMetadata.reduce<Props>(
      (rest, field) => withValueAt(rest, ["metadata", field], undefined) as Props,
      { ...inputs, metadata },
    );
    // A kind whose definition is still to come is taken for a namespaced one, as by the official provider.
    if (metadata["namespace"] === undefined && ((await isNamespaced(cluster, apiVersion, kind)) ?? true)) {
      const namespace = cluster.settings.namespace ?? cluster.client.namespace;
      inputs = withValueAt(inputs, ["metadata", "namespace"], namespace) as Props;
    }
  }
  return { inputs: named({ urn, logicalName: name, seed: randomSeed }, inputs, olds), failures };
}
