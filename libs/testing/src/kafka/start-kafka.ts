export class KafkaUnavailable extends Error {}
