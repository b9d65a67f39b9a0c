import { celTexts } from "../../core/cel";
import { at, fields, shown } from "../../core/json";
import { eachMember } from "../../kubernetes/members";
import { podRule } from "../../kubernetes/pods";

/** Those that concern the pod alone, as Pod Security has it in Kubernetes 1.36. */
const safe: readonly string[] = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
];

/** Other settings of the kernel reach other pods of the node. */
export const restrictSysctls = podRule({
  name: "kubernetes-core-pod-restrict-sysctls",
  area: "pod-security",
  title: "Kernel settings are safe ones",
  description: "A pod sets no sysctl but those that concern it alone.",
  level: "mandatory",
  severity: "medium",
  checks: [],
  ids: ["PSS restricted"],
  remedy: "Take the sysctl out of the pod; settings of the node belong to its configuration.",
  url: "https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls",
  judge: (pod, judgement) => {
    judgement.part(() => {
      eachMember(fields(pod.spec["securityContext"]), "sysctls", judgement, (sysctl, index) => {
        const name = at(sysctl, "name");
        if (typeof name === "string" && safe.includes(name)) return;
        judgement.report(
          `${pod.path}.securityContext.sysctls[${index}].name`,
          `the pod sets sysctl ${shown(name)}, which is not a safe one; take it out.`,
        );
      });
    });
  },
  cel: {
    validations: () => [
      {
        expression: `variables.context.?sysctls.orValue([]).all(s, s.?name.orValue('') in ${celTexts(safe)})`,
        message: "the pod sets a sysctl that is not a safe one; take it out.",
      },
    ],
  },
});
