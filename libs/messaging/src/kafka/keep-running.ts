import { Logger } from '@nestjs/common';
import type { Consumer, ConsumerRunConfig } from 'kafkajs';
import { backoffMs, pause } from '../delivery/backoff.ts';

const logger = new Logger('KafkaConsumer');

/**
 * Runs a connected and subscribed consumer until `stopping`. kafkajs itself starts again only after what it takes for
 * transient; after anything else, an authorization that was lost for a while, say, the process would live on deaf.
 */
export async function keepRunning(consumer: Consumer, config: ConsumerRunConfig, stopping: AbortSignal): Promise<void> {
  consumer.on('consumer.crash', ({ payload }) => {
    if (!payload.restart) void startAgain(consumer, config, stopping);
  });
  await consumer.run(config);
}

async function startAgain(consumer: Consumer, config: ConsumerRunConfig, stopping: AbortSignal): Promise<void> {
  for (let failures = 1; ; failures += 1) {
    await pause(backoffMs(failures), stopping);
    if (stopping.aborted) return;
    try {
      await consumer.connect();
      return await consumer.run(config);
    } catch (error) {
      logger.warn({ msg: 'The consumer cannot start again yet', err: error });
    }
  }
}
