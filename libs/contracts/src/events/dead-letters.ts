import Type, { type Static } from 'typebox';
import type { ServiceName } from './topics.ts';

/** Where a consumer puts what it can never process, and where is noted what became of it. */
export const deadLetterTopic = 'dead-letter';

/** What is replayed to one consumer. Only that service reads it: the other consumers of an event have had theirs. */
export const replayTopic = (service: ServiceName) => `replay.${service}`;

const Time = Type.String({ format: 'date-time' });
const LetterId = Type.String({ pattern: '^[0-9a-f]{16}$' });
const Key = Type.Union([Type.String(), Type.Null()]);

/** A consumer gave up on a message. Key: the message's own. */
export const DeadLetter = Type.Object({
  /** The consumer that gave up. */
  service: Type.String(),
  topic: Type.String(),
  key: Key,
  error: Type.Object({ code: Type.String(), message: Type.String() }),
  failed_at: Time,
  /** The message's value, byte for byte: as text, or in base64 when it is not UTF-8; null when it had none. */
  original: Type.Union([Type.String(), Type.Null()]),
  encoding: Type.Enum(['utf-8', 'base64']),
});
export type DeadLetter = Static<typeof DeadLetter>;

/** A person said what a letter should have been. Key: the letter's. */
export const LetterMended = Type.Object({ mends: LetterId, value: Type.String(), at: Time });
export type LetterMended = Static<typeof LetterMended>;

/** A letter is dealt with, until its consumer gives up on the same message again. Key: the letter's. */
export const LetterSettled = Type.Object({
  settles: LetterId,
  /** How often its consumer had given up by then: a replay may fail before it is noted that there was one. */
  times: Type.Integer({ minimum: 1 }),
  outcome: Type.Enum(['replayed', 'discarded']),
  because: Type.Union([Type.String(), Type.Null()]),
  at: Time,
});
export type LetterSettled = Static<typeof LetterSettled>;

/** A message as its consumer shall take it now, in the place of the one that became this letter. Key: the letter's. */
export const Replay = Type.Object({ replays: LetterId, topic: Type.String(), key: Key, value: Type.String() });
export type Replay = Static<typeof Replay>;
