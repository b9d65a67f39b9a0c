import type { CelValidation } from "../../core/cel";
import { celText } from "../../core/cel";
import type { Judgement } from "../../core/judgement";
import { shown } from "../../core/json";
import { eachImage, imageVariables } from "../../kubernetes/images";
import type { Pod, PodCel } from "../../kubernetes/pods";

/** Images that are not to be used any more. */
export interface RetiredImages {
  /** Pattern of their full names, of what JavaScript and RE2 both understand. */
  readonly pattern: string;
  /** What is wrong with them and what to use, for a message. */
  readonly instead: string;
}

/** Nobody makes them any more, or nobody may use them. Copies in a registry of one's own are no better. */
export const retiredImages: readonly RetiredImages[] = [
  {
    pattern: "/ingress-nginx([/:@-]|$)|/nginx-ingress-controller([:@]|$)",
    instead: "ingress-nginx is retired since March 2026; use the gateway",
  },
  { pattern: "/promtail([:@]|$)", instead: "Promtail is at its end since March 2026; use Grafana Alloy" },
  {
    pattern:
      "/jaegertracing/all-in-one([:@]|$)|/jaeger-(agent|collector|ingester|operator|query)([:@]|$)|/jaegertracing/[a-z0-9-]+:v?[01][.]",
    instead: "Jaeger 1 is at its end since December 2025; use jaegertracing/jaeger:2",
  },
  {
    pattern: "/bitnami(legacy)?/",
    instead: "Bitnami's images are frozen since August 2025; use those of the project itself",
  },
  { pattern: "^k8s[.]gcr[.]io/", instead: "k8s.gcr.io is frozen since April 2023; use registry.k8s.io" },
];

/** Their line gets no fixes any more. */
export const endedImages: readonly RetiredImages[] = [
  {
    pattern: "/library/node:([0-9]|1[0-9]|2[0135])([.@-]|$)",
    instead: "this line of Node.js is at its end; use 24",
  },
  {
    pattern: "/(library/nginx|nginxinc/nginx-unprivileged):(0|1[.]([0-9]|[12][0-9]))([.@-]|$)",
    instead: "this line of nginx is at its end; use 1.30",
  },
  {
    pattern: "/library/postgres:([0-9]|1[0-4])([.@-]|$)",
    instead: "this line of PostgreSQL is at its end; use 15 or newer",
  },
  {
    pattern: "/library/redis:([0-5]|6[.]0|7[.]0)([.@-]|$)",
    instead: "this line of Redis is at its end; use 7.4, or Valkey",
  },
];

/** What a rule says of pods that run one of some images, in both languages. */
export function imagesNotIn(retired: readonly RetiredImages[]): {
  readonly judge: (pod: Pod, judgement: Judgement) => void;
  readonly cel: PodCel;
} {
  const patterns = retired.map(({ pattern, instead }) => ({ pattern: new RegExp(pattern), instead }));
  return {
    judge: (pod, judgement) => {
      eachImage(pod, judgement, ({ path, label, value, name }) => {
        const found = patterns.find(({ pattern }) => pattern.test(name));
        if (found) judgement.report(path, `${label} runs ${shown(value)}: ${found.instead}.`);
      });
    },
    cel: {
      variables: imageVariables,
      validations: (): readonly CelValidation[] =>
        retired.map(({ pattern, instead }) => ({
          expression: `!variables.images.exists(i, i.matches(${celText(pattern)}))`,
          message: `an image is not to be used any more: ${instead}.`,
        })),
    },
  };
}
