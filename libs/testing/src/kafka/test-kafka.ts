export interface TestKafka {
  brokers: string[];
  /** False where the machine cannot run Kafka: `describe.runIf(kafka.available)`. The run has printed why. */
  available: boolean;
}

/** The broker of this vitest run. Only in specs of a project that has `kafka.global-setup.ts`. */
export async function testKafka(): Promise<TestKafka> {
  const { inject } = await import('vitest');
  const { brokers } = inject('kafka');
  return { brokers, available: brokers.length > 0 };
}
