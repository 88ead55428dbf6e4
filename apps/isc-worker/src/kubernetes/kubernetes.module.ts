import { Module, type DynamicModule } from '@nestjs/common';
import type { KubeConfig } from '@kubernetes/client-node';
import { ClusterBackend } from '../backend/cluster-backend.ts';
import type { ClusterSettings } from '../manifests/cluster-settings.ts';
import { KeptConnections } from './kept-connections.ts';
import { KubernetesBackend, type LogsKept } from './kubernetes-backend.ts';

/** A Kubernetes with KubeRay as the cluster. */
@Module({})
export class KubernetesModule {
  /** Without a `kubeconfig`: the service account of the pod that the worker runs in, or what kubectl would use. */
  static forService(kubeconfig: string | undefined, settings: ClusterSettings, logs: LogsKept): DynamicModule {
    return {
      module: KubernetesModule,
      providers: [
        { provide: ClusterBackend, useFactory: () => new KubernetesBackend(load(kubeconfig), settings, logs) },
      ],
      exports: [ClusterBackend],
    };
  }
}

function load(file: string | undefined): KubeConfig {
  const config = new KeptConnections();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  return config;
}
