/** Where a run's files lie under its artifact root. The runtime writes here, api reads here. */
export const artifactLayout = {
  runRoot: (installationRoot: string, projectId: string, runId: string) =>
    `${installationRoot}/projects/${projectId}/runs/${runId}`,
  attempt: (runRoot: string, attempt: number) => `${runRoot}/attempts/${attempt}`,
  report: (runRoot: string, attempt: number) => `${runRoot}/attempts/${attempt}/report.json`,
  /** The folder of an attempt's log streams. */
  logs: (runRoot: string, attempt: number) => `${runRoot}/attempts/${attempt}/logs`,
  /**
   * One folder per log stream, whose name may have several parts: `driver`, `ray/head-x7k2p/raylet.out`. A chunk is named
   * by the byte offset it starts at, twenty digits, and never changes.
   */
  logStream: (runRoot: string, attempt: number, stream: string) => `${runRoot}/attempts/${attempt}/logs/${stream}`,
  logChunk: (runRoot: string, attempt: number, stream: string, offset: number) =>
    `${runRoot}/attempts/${attempt}/logs/${stream}/${String(offset).padStart(20, '0')}.log`,
  /** How far the log of a container is stored that does not store it itself. Beside the streams, and none of them. */
  logPosition: (runRoot: string, attempt: number) => `${runRoot}/attempts/${attempt}/logs/driver.json`,
} as const;
