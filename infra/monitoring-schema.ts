import { z } from "zod";

/** Where the secret is by which the provider of OpenID Connect knows Grafana. */
export const oidcSecret = ["monitoring", "oidc", "clientSecret"] as const;

const address = z.url({ protocol: /^https$/, error: "an address that begins with https://" });

/** `slipway:monitoring`: what the stack is watched with, and how people get to see it. */
export const monitoringSchema = z.strictObject({
  runbooks: address
    .transform((text) => text.replace(/\/+$/, ""))
    .default("https://slipway.example.com/runbooks"),
  host: z
    .string()
    .regex(
      /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/,
      "a host in lower case, such as grafana.example.com",
    )
    .optional(),
  oidc: z
    .strictObject({
      name: z.string().min(1).max(60).default("single sign-on"),
      clientId: z.string().min(1),
      // Checked and forgotten: settings say only that it is there.
      clientSecret: z
        .string()
        .min(1)
        .transform(() => true as const),
      authUrl: address,
      tokenUrl: address,
      apiUrl: address,
      admins: z
        .string()
        .regex(/^[\w .:@/-]{1,120}$/, "the name of a group: letters, digits, spaces and .:@/-_")
        .optional(),
    })
    .optional(),
});
