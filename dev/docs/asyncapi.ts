import {
  DeadLetter,
  deadLetterTopic,
  eventTypes,
  LetterMended,
  LetterSettled,
  Replay,
  replayTopic,
  serviceNames,
  topics,
  type EventType,
  type ServiceName,
} from '../../libs/contracts/src/index.ts';

interface Message {
  name: string;
  title: string;
  summary: string;
  payload: object;
  contentType?: string;
}

interface Channel {
  topic: string;
  description: string;
  /** Of the message's key. */
  key: string;
  messages: Message[];
  senders: readonly ServiceName[];
  receivers: readonly ServiceName[];
}

const kafkaBinding = '0.5.0';

/** What travels on the bus, who sends it and who receives it, as AsyncAPI 3.0. The events' schemas are the files beside it. */
export function asyncApiDocument(version: string): object {
  const channels = allChannels();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Griffin events',
      version,
      description:
        'The events of one Griffin installation, on Kafka or in the log of its PostgreSQL. Delivery is at least once, in the order of each topic and key; the id of an event says whether one has had it before.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(channels.map((channel) => [channel.topic, channelObject(channel)])),
    operations: Object.fromEntries(channels.flatMap(operations)),
    components: {
      messages: Object.fromEntries(channels.flatMap((channel) => channel.messages.map(messageEntry(channel)))),
    },
  };
}

function allChannels(): Channel[] {
  const events = (Object.keys(eventTypes) as EventType[]).map(eventChannel);
  return [...events, letterChannel, ...serviceNames.map(replayChannel)];
}

function eventChannel(type: EventType): Channel {
  const { says, key, publisher, consumers } = topics[type];
  const payload = { $ref: `./events/${type}.json` };
  const summary = 'A CloudEvents 1.0 envelope in structured mode.';
  return {
    topic: type,
    description: says,
    key: `The id of the ${key}, and the subject of the event.`,
    messages: [{ name: type, title: type, summary, payload, contentType: 'application/cloudevents+json' }],
    senders: [publisher],
    receivers: consumers,
  };
}

const letterChannel: Channel = {
  topic: deadLetterTopic,
  description: 'What a service gave up on for good, and what people did about it. Kept for ever.',
  key: 'The key of the message that the letter is about.',
  messages: [
    letterMessage('dead-letter', 'A service gave up on a message.', DeadLetter),
    letterMessage('letter-mended', 'A person said what a letter should have been.', LetterMended),
    letterMessage('letter-settled', 'A letter was replayed or discarded.', LetterSettled),
  ],
  senders: serviceNames,
  receivers: [],
};

function replayChannel(service: ServiceName): Channel {
  return {
    topic: replayTopic(service),
    description: `What a person replays of the dead letters of ${service}. Sent by the dead-letters command.`,
    key: 'The key of the message that is replayed.',
    messages: [letterMessage('replay', 'A message in the place of the one that became a dead letter.', Replay)],
    senders: [],
    receivers: [service],
  };
}

function letterMessage(name: string, summary: string, payload: object): Message {
  return { name, title: name, summary, payload };
}

function channelObject({ topic, description, messages }: Channel): object {
  const references = messages.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]);
  return {
    address: topic,
    description,
    messages: Object.fromEntries(references),
    bindings: { kafka: { topic, bindingVersion: kafkaBinding } },
  };
}

function operations({ topic, messages, senders, receivers }: Channel): [string, object][] {
  const operation = (service: ServiceName, action: 'send' | 'receive', sent: Message[]): [string, object] => [
    `${service}.${action}.${topic}`,
    {
      action,
      channel: { $ref: `#/channels/${topic}` },
      summary: `${service} ${action}s ${topic}`,
      tags: [{ name: service }],
      ...(action === 'receive' && { bindings: { kafka: consumerGroup(service) } }),
      messages: sent.map(({ name }) => ({ $ref: `#/channels/${topic}/messages/${name}` })),
    },
  ];
  return [
    // Of the letters' topic, a service writes the first kind; the others are a person's.
    ...senders.map((service) => operation(service, 'send', messages.slice(0, 1))),
    ...receivers.map((service) => operation(service, 'receive', messages)),
  ];
}

const consumerGroup = (service: ServiceName) => ({
  groupId: { type: 'string', enum: [service] },
  bindingVersion: kafkaBinding,
});

const messageEntry =
  ({ key }: Channel) =>
  ({ name, ...message }: Message): [string, object] => {
    const kafka = { key: { type: 'string', description: key }, bindingVersion: kafkaBinding };
    return [name, { name, ...message, bindings: { kafka } }];
  };
