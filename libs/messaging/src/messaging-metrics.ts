import { Injectable } from '@nestjs/common';
import { Metrics } from '@griffin/platform';
import type { Counter, Gauge } from 'prom-client';

/** What an operator watches of the events. */
@Injectable()
export class MessagingMetrics {
  readonly published: Counter;
  readonly handled: Counter;
  readonly deadLettered: Counter;
  readonly retried: Counter;
  readonly outboxLag: Gauge;

  constructor(metrics: Metrics) {
    this.published = metrics.counter('griffin_events_published_total', 'Events brought to the bus', ['topic']);
    this.handled = metrics.counter('griffin_events_handled_total', 'Events whose handler returned', ['topic']);
    this.deadLettered = metrics.counter('griffin_events_dead_lettered_total', 'Events given up for good', [
      'topic',
      'code',
    ]);
    this.retried = metrics.counter('griffin_events_retried_total', 'Failed tries that are repeated', ['topic']);
    this.outboxLag = metrics.gauge(
      'griffin_outbox_lag_seconds',
      'Age of the oldest event that is not on the bus yet, as the replica that relays them sees it',
    );
  }
}
