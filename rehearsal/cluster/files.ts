import path from "node:path";

/** Where an embedded cluster keeps what, all below one folder that only its user can read. */
export interface ClusterFiles {
  readonly folder: string;
  readonly etcdData: string;
  readonly certificates: string;
  /** Written by the API server: its certificate and the authority that signed it. */
  readonly authority: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly kubeconfig: string;
  readonly kwokConfig: string;
  /** Process ids, for whoever finds the folder after a crash. */
  readonly processes: string;
  readonly logs: string;
}

/** @param session Absolute path of the session's folder. */
export function clusterFiles(session: string): ClusterFiles {
  const folder = path.join(session, "cluster");
  const below = (name: string) => path.join(folder, name);
  return {
    folder,
    etcdData: below("etcd"),
    certificates: below("certificates"),
    authority: path.join(folder, "certificates", "apiserver.crt"),
    tokens: below("tokens.csv"),
    serviceAccountKey: below("service-account.key"),
    kubeconfig: below("kubeconfig"),
    kwokConfig: below("kwok.yaml"),
    processes: below("session.json"),
    logs: below("logs"),
  };
}

/** Kubeconfig file of one component. */
export function componentKubeconfig(files: ClusterFiles, name: string): string {
  return path.join(files.folder, `${name}.kubeconfig`);
}
