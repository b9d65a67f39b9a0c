import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "./temporary";

/** Content of the Secret that cert-manager would write for a Certificate. */
export type Issued = Readonly<Record<"tls.crt" | "tls.key" | "ca.crt", string>>;

/**
 * A certificate authority that signs as cert-manager would, with openssl; it must be on PATH. It is there for tests
 * alone: in a cluster cert-manager signs.
 */
export function testAuthority(name: string): (dnsNames: readonly string[]) => Issued {
  const folder = temporaryFolder("slipway-ca-");
  const file = (base: string): string => path.join(folder, base);
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { stdio: "pipe" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-days",
    "2",
    "-subj",
    `/CN=${name}`,
    "-keyout",
    file("ca.key"),
    "-out",
    file("ca.crt"),
  );
  let issued = 0;
  return (dnsNames) => {
    const serial = String(++issued);
    writeFileSync(file("san"), `subjectAltName=${dnsNames.map((dns) => `DNS:${dns}`).join(",")}\n`);
    openssl("req", ...key, "-subj", "/", "-keyout", file("tls.key"), "-out", file("csr"));
    const signed = ["-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-set_serial", serial, "-days", "1"];
    openssl("x509", "-req", "-in", file("csr"), ...signed, "-extfile", file("san"), "-out", file("tls.crt"));
    const read = (base: string): string => readFileSync(file(base), "utf8");
    return { "tls.crt": read("tls.crt"), "tls.key": read("tls.key"), "ca.crt": read("ca.crt") };
  };
}
