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
  /** Where the secrets are that definitions refer to; null: there are none. */
  secretsNamespace: string | null;
  dashboards: Dashboards | null;
}

/** How browsers reach dashboards, if they do: by an Ingress that we make, or a proxy that others have. */
export type Dashboards =
  | ({ by: 'ingress' } & IngressTemplate)
  /** With `{namespace}` and `{service}` in it. */
  | { by: 'proxy'; url: string };

/** Of the Ingress that each attempt on Ray gets. */
export interface IngressTemplate {
  /** With `{attempt}` in its first part. */
  host: string;
  scheme: 'http' | 'https';
  /** Null: the cluster's default. */
  className: string | null;
  annotations: Record<string, string>;
  /** Of each namespace; null: the controller has a certificate of its own. */
  tlsSecret: string | null;
}

/** A volume of its own that ends with the pod, of a storage class or the default one; or a part of the node's own disk. */
export type SsdSource = { from: 'volume'; storageClass: string | null } | { from: 'node' };

/** Added to a run's own limit: api ends a run at its time, and the cluster only what api did not. */
export const overtimeSeconds = 600;

/** How long the processes of an attempt have between SIGTERM and SIGKILL. */
export const gracePeriodSeconds = 10;
