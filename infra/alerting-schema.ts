import { z } from "zod";
import type { Way } from "../components/monitoring/alertmanager/types";
import { oidcSecret } from "./monitoring-schema";

/** Where the secret of each way is: as `pulumi config set --path` takes it, after `slipway:`. */
export const receiverSecrets: Readonly<Record<Way, readonly [key: string, ...path: string[]]>> = {
  slack: ["alerting", "slack", "token"],
  pagerduty: ["alerting", "pagerduty", "key"],
  email: ["alerting", "email", "password"],
  heartbeat: ["alerting", "heartbeat", "url"],
};

/** Blocks in which no value may be quoted: somebody may have put a secret in the wrong place. */
const blocksWithSecrets: readonly (readonly string[])[] = [
  ...Object.values(receiverSecrets).map(([key]) => [key]),
  oidcSecret.slice(0, -1),
];

/** Whether what stands at a path may be a secret, or hold one. */
export function mayBeSecret(path: readonly string[]): boolean {
  return blocksWithSecrets.some((block) =>
    path.slice(0, block.length).every((part, index) => part === block[index]),
  );
}

/** The command that sets the secret at a path; undefined for what is no secret. */
export function howToSet(path: readonly string[], stack: string): string | undefined {
  const isSecret = [...Object.values(receiverSecrets), oidcSecret].some(
    (known) => known.join(".") === path.join("."),
  );
  return isSecret
    ? `set it: pulumi config set --secret --path slipway:${path.join(".")} -s ${stack}`
    : undefined;
}

/** A secret is checked and forgotten: settings say only that it is there. Not its form, for a rehearsal makes one up. */
const secret = z
  .string()
  .regex(/^\S+$/, "one text without spaces")
  .transform(() => true as const);

const channel = z
  .string()
  .regex(/^(#[\w-]{1,80}|[CG][A-Z0-9]{8,12})$/, "a Slack channel, such as #ops, or its id")
  .optional();
const email = z.email("an e-mail address");
const time = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "a time of day, such as 22:00");
const weekday = z
  .string()
  .regex(
    /^(mon|tues|wednes|thurs|fri|satur|sun)day(:(mon|tues|wednes|thurs|fri|satur|sun)day)?$/,
    "a day or a span of days, such as saturday:sunday",
  );
const name = z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and dashes");

/** `slipway:alerting`: whom Alertmanager tells of alerts. */
export const alertingSchema = z.strictObject({
  slack: z.strictObject({ token: secret }).optional(),
  pagerduty: z.strictObject({ key: secret }).optional(),
  email: z
    .strictObject({
      host: z
        .string()
        .regex(/^[a-z0-9.-]+:\d{1,5}$/, "HOST:PORT of a mail server, such as smtp.example.com:587"),
      from: email,
      user: z.string().min(1),
      password: secret,
    })
    .optional(),
  heartbeat: z.strictObject({ url: secret }).optional(),
  domain: z
    .string()
    .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, "a domain in lower case, such as example.com")
    .optional(),
  places: z.record(name, z.strictObject({ channel, email: email.optional() })).default({}),
  mutes: z
    .record(
      name,
      z.strictObject({
        severities: z.array(z.enum(["high", "warning", "info"])).min(1),
        teams: z.array(name).min(1).optional(),
        hours: z
          .array(z.strictObject({ from: time, to: time }))
          .min(1)
          .optional(),
        weekdays: z.array(weekday).min(1).optional(),
        timezone: z.string().min(1).optional(),
      }),
    )
    .default({}),
});
