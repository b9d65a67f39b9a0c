import assert from "node:assert/strict";
import { flatten } from "../../../bench/recording";
import type { RecordedResource } from "../../../bench/recording";

const urn = (type: string, name: string): string => `urn:pulumi:staging::slipway::${type}::${name}`;

function resource(type: string, name: string, more: Partial<RecordedResource> = {}): RecordedResource {
  return {
    urn: urn(type, name),
    type,
    name,
    custom: true,
    provider: "",
    inputs: {},
    inputsFrom: {},
    after: [],
    options: {},
    ...more,
  };
}

const vpc = resource("aws:ec2/vpc:Vpc", "network");
const component = resource("slipway:network:Network", "network", { custom: false });

describe("flat recording", () => {
  it("has every custom resource with its inputs and options, and no component", () => {
    const inputs = { cidr: "10.0.0.0/16", tags: { Name: "network" } };
    const options = { protect: true, ignoreChanges: ["tags"] };
    assert.deepEqual(flatten([component, { ...vpc, inputs, options }]), [
      { type: vpc.type, name: "network", inputs, inputsFrom: {}, after: [], options },
    ]);
  });

  it("leaves values as the wire has them: secrets, unknowns and assets are not opened", () => {
    const inputs = {
      password: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "s3cret" },
      vpcId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    };
    const [flat] = flatten([{ ...vpc, inputs }]);
    assert.deepEqual(flat?.inputs, inputs);
  });

  it("names the resources that an input came from, and its provider, by their place", () => {
    const provider = resource("pulumi:providers:aws", "aws");
    const subnet = resource("aws:ec2/subnet:Subnet", "a", {
      provider: `${provider.urn}::04da6b54-80e4-46f7-96ec-b56ff0331ba9`,
      inputsFrom: { vpcId: [vpc.urn], cidr: [] },
      after: [vpc.urn, provider.urn],
    });
    const [, , flat] = flatten([provider, vpc, subnet]);
    assert.deepEqual(flat, {
      type: subnet.type,
      name: "a",
      inputs: {},
      inputsFrom: { vpcId: [1] },
      after: [0, 1],
      provider: 0,
      options: {},
    });
  });

  it("puts a resource after all that it needs, in whatever order the answers came", () => {
    const subnet = resource("aws:ec2/subnet:Subnet", "a", { inputsFrom: { vpcId: [vpc.urn] } });
    const route = resource("aws:ec2/route:Route", "r", { after: [subnet.urn] });
    assert.deepEqual(
      flatten([route, subnet, vpc]).map(({ name }) => name),
      ["network", "a", "r"],
    );
  });

  it("makes names unique where only the parent had told two apart", () => {
    const under = (parent: string, name: string): RecordedResource =>
      resource(vpc.type, name, { urn: urn(`${parent}$${vpc.type}`, name) });
    const other = resource("aws:kms/key:Key", "one");
    assert.deepEqual(
      flatten([under("a", "one"), under("b", "one"), under("c", "one-2"), other]).map(({ name }) => name),
      ["one", "one-2", "one-2-2", "one"],
    );
  });

  it("does without waiting for a component", () => {
    const [flat] = flatten([component, { ...vpc, after: [component.urn] }]);
    assert.deepEqual(flat?.after, []);
  });

  it("is refused when a resource needs one that was not recorded", () => {
    assert.throws(() => flatten([{ ...vpc, after: [urn("aws:kms/key:Key", "gone")] }]), {
      message: `${vpc.urn} needs ${urn("aws:kms/key:Key", "gone")}, which was not recorded`,
    });
  });
});
