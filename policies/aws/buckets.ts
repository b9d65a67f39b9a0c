import { at } from "../core/json";
import type { Judgement } from "../core/judgement";
import type { Node } from "../core/rule";
import { Graph } from "./graph";

const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** A bucket and what is said of it elsewhere. */
export interface Bucket {
  readonly node: Node;
  /** The resources of some types that are about the bucket. */
  readonly settings: (types: readonly string[]) => readonly Node[];
}

/** Judges each bucket of a stack on its own. */
export function eachBucket(
  nodes: readonly Node[],
  judgement: Judgement,
  judge: (bucket: Bucket) => void,
): void {
  const graph = new Graph(nodes);
  for (const node of graph.of(bucketTypes)) {
    judgement.part(() => judge({ node, settings: (types) => graph.referrers(node, "bucket", types) }));
  }
}

/**
 * The value at a path of blocks, in which each may be a list of one: the two generations of buckets write the same
 * setting as a block and as such a list, the second under the plural.
 */
export function inBlocks(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, field) => {
    const found = at(inner, field) ?? at(inner, `${field}s`);
    return Array.isArray(found) ? (found as readonly unknown[])[0] : found;
  }, value);
}
