import { Replay } from '@griffin/contracts';
import { Value } from 'typebox/value';
import type { BusMessage } from '../bus-message.ts';
import { parseJson } from './parse-json.ts';

/** The message that a replay stands for; any other message is itself. */
export function replayedMessage(message: BusMessage): BusMessage {
  const replay = message.topic.startsWith('replay.') ? parseJson(String(message.value)) : undefined;
  if (!Value.Check(Replay, replay)) return message;
  return { topic: replay.topic, key: replay.key, value: Buffer.from(replay.value) };
}
