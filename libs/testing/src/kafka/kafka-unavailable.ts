/** This machine cannot run a Kafka broker; the message says what it lacks and how to mend it. */
export class KafkaUnavailable extends Error {
  override name = 'KafkaUnavailable';
}
