import { Inject, Injectable } from '@nestjs/common';
import { artifactLayout, FinalReport, type ResolvedRunSpec } from '@griffin/contracts';
import { Value } from 'typebox/value';
import { artifactStore, type ArtifactStore } from '../artifacts/artifact-store.ts';
import type { StoredReport } from './domain/signal.ts';

/** Reads the report that an attempt wrote to the artifact store before it tried to post it. */
@Injectable()
export class StoredReports {
  constructor(@Inject(artifactStore) private readonly store: ArtifactStore) {}

  /** Throws `ArtifactStoreUnavailable` when the store does not answer: then nothing is known yet. */
  async find(spec: ResolvedRunSpec, attempt: number): Promise<StoredReport> {
    const bytes = await this.store.read(artifactLayout.report(spec.artifact_root, attempt));
    return bytes ? parse(bytes) : { found: 'none' };
  }
}

function parse(bytes: Buffer): StoredReport {
  try {
    const report: unknown = JSON.parse(bytes.toString('utf8'));
    if (Value.Check(FinalReport, report)) return { found: 'report', report };
    const [first] = Value.Errors(FinalReport, report);
    return { found: 'unreadable', why: `${first?.instancePath} ${first?.message}` };
  } catch (error) {
    if (error instanceof SyntaxError) return { found: 'unreadable', why: 'it is not JSON' };
    throw error;
  }
}
