/** What the platform's engineers decide for all runs on a cluster. */
export interface ClusterSettings {
  installation: string;
  /** The node label that tells one type of GPU from another. */
  gpuTypeLabel: string;
  /** What of the CPUs that a run asks for is set aside for it; the rest it gets where a node has it to spare. */
  cpuRequestRatio: number;
  ssd: SsdSource;
  /** How long an attempt may wait for nodes, images and volumes. */
  startDeadlineSeconds: number;
  /** What runs may reach beside each other and DNS: addresses of api, MLflow and the artifact store, as CIDR blocks. */
  egress: string[];
  /** How browsers reach a dashboard, with `{namespace}` and `{service}` in it; null: they do not. */
  dashboardUrl: string | null;
  /** Where the secrets are that definitions refer to; null: there are none. */
  secretsNamespace: string | null;
}

/** A volume of its own that ends with the pod, of a storage class or the default one; or a part of the node's own disk. */
export type SsdSource = { from: 'volume'; storageClass: string | null } | { from: 'node' };

/** Added to a run's own limit: api ends a run at its time, and the cluster only what api did not. */
export const overtimeSeconds = 600;

/** How long the processes of an attempt have between SIGTERM and SIGKILL. */
export const gracePeriodSeconds = 10;
