import { readdirSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { ClusterBackend } from '../backend/cluster-backend.ts';
import { LocalBackend } from './local-backend.ts';
import type { LocalSettings } from './local-settings.ts';

export interface LocalModuleOptions extends Pick<LocalSettings, 'stateDir' | 'python' | 'cpus' | 'inherited'> {}

/** This machine as the cluster. */
@Module({})
export class LocalModule {
  static forService(options: LocalModuleOptions): DynamicModule {
    const settings = settingsOf(options);
    return {
      module: LocalModule,
      providers: [{ provide: ClusterBackend, useFactory: () => new LocalBackend(settings) }],
      exports: [ClusterBackend],
    };
  }
}

function settingsOf(options: LocalModuleOptions): LocalSettings {
  const path = [dirname(options.python), options.inherited.PATH ?? '/usr/bin:/bin'].join(delimiter);
  return {
    ...options,
    command: [options.python, '-m', 'griffin_runtimes.launch'],
    gpus: gpusOfThisMachine(),
    inherited: { ...options.inherited, PATH: path },
  };
}

/** Counted by their device files, which NVIDIA's driver makes. */
function gpusOfThisMachine(): number {
  return readdirSync('/dev').filter((name) => /^nvidia\d+$/.test(name)).length;
}
