import { versions } from "../../common/versions";
import type { HelperSpec, ServiceSpec, SystemSpec } from "../types";
import { checkProbes } from "./probes";
import { checkName, list } from "./report";
import type { Report } from "./report";
import { checkContainer, checkImage } from "./workloads";

/** Reports what contradicts itself in the containers that stand beside a service's own. */
export function checkHelpers(
  report: Report,
  field: string,
  name: string,
  service: ServiceSpec,
  spec: SystemSpec,
): void {
  const { init = {}, sidecars = {}, scratch = [], volumes = {} } = service;
  const shareable = [...scratch.map(({ path }) => path), ...Object.values(volumes).map(({ path }) => path)];
  for (const [kind, helpers] of Object.entries({ init, sidecars })) {
    for (const [helper, own] of Object.entries(helpers)) {
      const at = `${field}.${kind}.${helper}`;
      checkName(report, `${field}.${kind}`, helper);
      if (helper === name || (kind === "sidecars" && helper in init)) {
        report(`${field}.${kind}`, helper, "a name that no other container of the pod has");
      }
      checkHelper(report, at, own, spec);
      for (const [index, path] of (own.shares ?? []).entries()) {
        if (!shareable.includes(path)) report(`${at}.shares[${index}]`, path, list(shareable));
      }
    }
  }
  for (const [helper, { ports, probes }] of Object.entries(init)) {
    const at = `${field}.init.${helper}`;
    if (ports !== undefined) report(`${at}.ports`, ports, "nothing, for it ends before anybody asks");
    if (probes !== undefined)
      report(`${at}.probes`, probes, "nothing, for its end says whether it went well");
  }
}

function checkHelper(report: Report, field: string, helper: HelperSpec, spec: SystemSpec): void {
  const { image, probes, ports = {} } = helper;
  if (typeof image === "string") checkImage(report, `${field}.image`, image);
  else if (image !== undefined && !Object.hasOwn(versions.images, image.pinned)) {
    report(`${field}.image.pinned`, image.pinned, list(Object.keys(versions.images)));
  }
  checkContainer(report, field, helper, spec);
  if (probes !== undefined) checkProbes(report, `${field}.probes`, probes, Object.keys(ports));
}
