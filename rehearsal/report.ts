import type { ChangeSummary } from "../engine/types";

export interface RehearseOptions {
  readonly stack: string;
  /** Folder of the checkout: Pulumi.yaml and the stack files. */
  readonly root: string;
  /** Leave the control plane and everything on it up, and tell its KUBECONFIG; nothing is destroyed then. */
  readonly keep: boolean;
  /** For Kubernetes and random: the official plugin, our stand-in, or the official one where it is found. */
  readonly providers: ProviderChoice;
  /** A context of the user's own KUBECONFIG to rehearse on, instead of the embedded control plane. */
  readonly context?: string;
  /** Overrides `slipway:cluster.compute`. */
  readonly compute?: "auto" | "managed";
  /** `hash` computes an image's digest from its build context, `build` asks a Docker daemon. */
  readonly images: "hash" | "build";
}

export type ProviderChoice = "auto" | "official" | "stand-in";

export interface RehearsalStep {
  readonly name: string;
  readonly seconds: number;
  readonly changes: ChangeSummary;
  readonly ok: boolean;
  /** What was wrong, one sentence each. */
  readonly problems: readonly string[];
}

/** Something that was not the real thing, or was not tried, and why. */
export interface Caveat {
  readonly name: string;
  readonly reason: string;
}

/** A system as it ran before everything was destroyed. */
export interface RehearsedSystem {
  readonly name: string;
  readonly namespace: string;
  /** Public address; absent for a system without routes. */
  readonly url?: string;
  /** Pods that have not ended, as those of finished Jobs have. */
  readonly pods: { readonly total: number; readonly ready: number };
}

export interface Drift {
  /** What was changed behind the engine's back. */
  readonly changed: readonly string[];
  /** What refresh found; must be the same. */
  readonly found: readonly string[];
  /** Whether the next `up` put exactly these back. */
  readonly mended: boolean;
}

/** What `slipway rehearse --json` prints. Field names are a public contract. */
export interface RehearsalReport {
  readonly stack: string;
  readonly ok: boolean;
  readonly steps: readonly RehearsalStep[];
  readonly resources: {
    readonly total: number;
    readonly byType: Readonly<Record<string, number>>;
    readonly byLayer: Readonly<Record<string, number>>;
  };
  /** The systems that ran, by name; none where the rehearsal did not get that far. */
  readonly systems: readonly RehearsedSystem[];
  readonly policy: { readonly pack: string; readonly mandatory: number; readonly advisory: number };
  readonly drift: Drift;
  /** What destroy left in the cluster or the simulated account. */
  readonly leftovers: readonly string[];
  readonly engine: { readonly version: string; readonly source: string };
  readonly cluster: { readonly version: string; readonly source: string };
  readonly providers: readonly { readonly name: string; readonly source: string }[];
  readonly notExercised: readonly Caveat[];
  readonly standIns: readonly Caveat[];
  /** With `keep`: the file to point kubectl at. */
  readonly kubeconfig?: string;
  readonly error?: string;
}

export const noChanges: ChangeSummary = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
