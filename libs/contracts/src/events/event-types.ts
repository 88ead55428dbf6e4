import type { Static } from 'typebox';
import { metadataEvents } from './metadata-events.ts';
import { workflowEvents } from './workflow-events.ts';

/** Every event type with its envelope's JSON Schema. The topic's name is the type's. */
export const eventTypes = { ...workflowEvents, ...metadataEvents } as const;
export type EventType = keyof typeof eventTypes;
export type EventOf<T extends EventType> = Static<(typeof eventTypes)[T]>;
export type EventData<T extends EventType> = EventOf<T>['data'];

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventTypes, type);
}
