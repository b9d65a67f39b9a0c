import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { MetricFamily } from "../../components/monitoring/catalogue";
import { nodeExporterArguments } from "../../components/monitoring/exporters/node-exporter";
import type { Exporter } from "./exporter";
import { joined } from "./exposition";
import { goProgram } from "./go-program";
import { freePort } from "./session";
import type { Session } from "./session";

const stamp = (version: string): string => `-X github.com/prometheus/common/version.Version=${version}`;

const nodeVersion = "1.12.1";

export const nodeExporter: Exporter = {
  name: "node-exporter",
  version: nodeVersion,
  recorded:
    "with the arguments of the platform, on a virtual machine with Linux; what depends on hardware that it has not is not here",
  async record(session) {
    const module = "github.com/prometheus/node_exporter";
    const program = { name: "node_exporter", module, version: nodeVersion, ldflags: stamp(nodeVersion) };
    const at = `127.0.0.1:${await freePort()}`;
    // Its pod sees the node's files below /host.
    const args = nodeExporterArguments.filter((argument) => !/web\.listen-address|=\/host\//.test(argument));

    await session.start(await goProgram(program), [...args, `--web.listen-address=${at}`], `http://${at}/`);
    return session.scrape(`http://${at}/metrics`);
  },
};

const blackboxVersion = "0.28.0";

export const blackboxExporter: Exporter = {
  name: "blackbox-exporter",
  version: blackboxVersion,
  recorded: "probing an HTTPS server of the loopback and a port of it that is closed, and its own /metrics",
  async record(session) {
    const module = "github.com/prometheus/blackbox_exporter";
    const program = {
      name: "blackbox_exporter",
      module,
      version: blackboxVersion,
      ldflags: stamp(blackboxVersion),
    };
    const { url, close } = await httpsServer(session);
    const modules = `modules:
  http: { prober: http, timeout: 5s, http: { tls_config: { ca_file: ${session.folder}/tls.crt } } }
  tcp: { prober: tcp, timeout: 5s, tcp: { tls: true, tls_config: { insecure_skip_verify: true } } }
`;
    const at = `127.0.0.1:${await freePort()}`;
    const config = session.write("blackbox.yml", modules);
    try {
      await session.start(
        await goProgram(program),
        [`--config.file=${config}`, `--web.listen-address=${at}`],
        `http://${at}/-/healthy`,
      );
      const probes = [
        `module=http&target=${url}/`,
        `module=tcp&target=${url.replace("https://", "")}`,
        `module=http&target=http://127.0.0.1:${await freePort()}/`,
      ];
      let found: Record<string, MetricFamily> = {};
      for (const probe of probes) found = joined(found, await session.scrape(`http://${at}/probe?${probe}`));
      return joined(found, await session.scrape(`http://${at}/metrics`));
    } finally {
      close();
    }
  },
};

/** A server with a certificate of its own, which is written to `tls.crt` of the session. */
async function httpsServer(session: Session): Promise<{ url: string; close: () => void }> {
  const [cert, key] = [path.join(session.folder, "tls.crt"), path.join(session.folder, "tls.key")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
    ],
    { stdio: "pipe" },
  );
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_request, response) =>
    response.end("ok"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
