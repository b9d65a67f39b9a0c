import * as pulumi from "@pulumi/pulumi";

/** A value as a Secret's `data` wants it; the field `stringData` is write-only, and not for server-side apply. */
export function base64(value: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(value).apply((plain) => Buffer.from(plain).toString("base64"));
}
