import type { ClusterFiles } from "./files";
import { componentKubeconfig } from "./files";

// Sockets in the cluster's folder instead of ports: nobody else can reach them and they are never taken. Relative
// names, because a socket's path may have no more than 107 characters; every process runs in the folder. The `:0` is
// there because etcd insists on a port.
const clientSocket = "unix://etcd-client.sock:0";
const peerSocket = "unix://etcd-peer.sock:0";

/** Arguments of etcd. Its data need not outlive a crash of the machine, so it never waits for the disk. */
export function etcdArguments(files: ClusterFiles): string[] {
  return [
    `--data-dir=${files.etcdData}`,
    "--name=slipway",
    `--listen-client-urls=${clientSocket}`,
    `--advertise-client-urls=${clientSocket}`,
    `--listen-peer-urls=${peerSocket}`,
    `--initial-advertise-peer-urls=${peerSocket}`,
    `--initial-cluster=slipway=${peerSocket}`,
    "--unsafe-no-fsync",
    "--log-level=warn",
  ];
}

/** Arguments of kube-apiserver, set as on EKS where an object could notice. */
export function apiServerArguments(files: ClusterFiles, port: number): string[] {
  return [
    `--etcd-servers=${clientSocket}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${files.certificates}`,
    `--token-auth-file=${files.tokens}`,
    "--anonymous-auth=false",
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    // As on EKS: it is Pod Security that refuses a privileged pod, not the server as a whole.
    "--allow-privileged=true",
    "--service-cluster-ip-range=10.100.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    // A loopback address is no valid endpoint of the Service "kubernetes".
    "--endpoint-reconciler-type=none",
    "--profiling=false",
  ];
}

/** Arguments of kube-controller-manager: it serves nothing, and looks more often than once in 15 s. */
export function controllerManagerArguments(files: ClusterFiles): string[] {
  return [
    ...component(files, "kube-controller-manager"),
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.authority}`,
    // As on EKS: what a controller makes is made in its own name.
    "--use-service-account-credentials=true",
    // Load balancers and routes belong to a cloud.
    "--controllers=*,-service-lb-controller,-node-route-controller,-cloud-node-lifecycle-controller",
    "--horizontal-pod-autoscaler-sync-period=2s",
    "--pvclaimbinder-sync-period=2s",
    "--kube-api-qps=200",
    "--kube-api-burst=400",
    "--profiling=false",
  ];
}

/** Arguments of kube-scheduler. */
export function schedulerArguments(files: ClusterFiles): string[] {
  return component(files, "kube-scheduler");
}

/** Arguments of kwok. Its node leases last 40 s, as a kubelet's do. */
export function kwokArguments(files: ClusterFiles): string[] {
  return [
    `--kubeconfig=${componentKubeconfig(files, "kwok")}`,
    `--config=${files.kwokConfig}`,
    "--manage-all-nodes",
    "--node-lease-duration-seconds=40",
    "--node-ip=10.0.0.1",
    "--cidr=10.244.0.0/16",
  ];
}

function component(files: ClusterFiles, name: string): string[] {
  return [
    `--kubeconfig=${componentKubeconfig(files, name)}`,
    "--secure-port=0",
    // It is alone in its cluster.
    "--leader-elect=false",
  ];
}
