import assert from "node:assert/strict";
import type { SystemSpec } from "../../components/spec/types";
import { render } from "../unit/system/fixtures";
import type { RenderOptions } from "../unit/system/fixtures";
import { RenderedNetwork } from "./network";

/** Who may open connections to whom, on which port. */
export type Pair = readonly [from: string, to: string, port: number];

/** As a source it is what `monitoring` is: a pod of that namespace. */
const TRACES = "traces";

/** Every port that some table names is tried between every pair of these. */
const outsiders = ["gateway", "the gateway's neighbour", "monitoring", "dns", "stranger"];
const targets = ["internet", "a private address", "the node's credentials", TRACES];

/**
 * Tests the network of one system as it is rendered: `open` is everything that may be reached, by TCP, between its own
 * pods, the usual strangers and addresses; every other pair is closed. `closed` says which of these a reader should
 * see. DNS is open to exactly the pods in `names`.
 */
export function describeReachability(
  spec: SystemSpec,
  { open, closed }: { readonly open: readonly Pair[]; readonly closed: readonly Pair[] },
  options: RenderOptions = {},
): void {
  describe(`what may be reached in ${spec.name}`, () => {
    let network: RenderedNetwork;
    before(async () => {
      network = new RenderedNetwork(await render(spec, options));
    });

    for (const [from, to, port] of open) {
      it(`opens ${from} → ${to}:${port}`, () => assert.equal(network.reaches(from, to, port), true));
    }

    for (const [from, to, port] of closed) {
      it(`keeps ${from} → ${to}:${port} closed`, () => assert.equal(network.reaches(from, to, port), false));
    }

    it("opens nothing else, between any two and on any port that is spoken of", () => {
      const all = [...open, ...closed];
      const ports = [...new Set(all.map(([, , port]) => port))];
      const pods = Object.keys(network.pods);
      const named = all.flatMap(([from, to]) => [from, to]);
      const parties = [...new Set([...pods, ...outsiders, ...named])];
      const found: string[] = [];
      for (const from of parties.filter((party) => party !== TRACES)) {
        for (const to of [...parties, ...targets]) {
          // Between two strangers these policies say nothing.
          if (!pods.includes(from) && !pods.includes(to)) continue;
          found.push(
            ...ports
              .filter((port) => network.reaches(from, to, port))
              .map((port) => `${from} → ${to}:${port}`),
          );
        }
      }
      const expected = open.map(([from, to, port]) => `${from} → ${to}:${port}`);
      assert.deepEqual([...new Set(found)].sort(), expected.sort());
    });

    it("lets a pod ask DNS by UDP just where it may by TCP", () => {
      for (const name of Object.keys(network.pods)) {
        assert.equal(network.reaches(name, "dns", 53, "UDP"), network.reaches(name, "dns", 53), name);
      }
    });

    it("closes each of its pods in both directions", () => {
      for (const name of Object.keys(network.pods)) assert.ok(network.closes(name), name);
    });
  });
}
