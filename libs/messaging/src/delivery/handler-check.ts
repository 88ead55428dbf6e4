import type { EventType } from '@griffin/contracts';

export interface Consumption {
  service: string;
  /** The topics that the service consumes. */
  topics: readonly EventType[];
  ignores: readonly EventType[];
  /** How many handlers each pattern has. */
  handlers: ReadonlyMap<string, number>;
}

/** Refuses a service that would lose an event or handle one twice. Names every fault at once. */
export function checkHandlers(consumption: Consumption): void {
  const faults = [...faultsOfTopics(consumption), ...faultsOfHandlers(consumption)];
  if (faults.length === 0) return;
  throw new Error(`The event handlers of ${consumption.service} are not right:\n${faults.join('\n')}`);
}

function faultsOfTopics({ topics, ignores, handlers }: Consumption): string[] {
  return topics
    .filter((type) => !handlers.has(type) && !ignores.includes(type))
    .map((type) => `- ${type} has no handler: write one with @OnEvent('${type}') or list the type in \`ignores\``);
}

function faultsOfHandlers({ service, topics, ignores, handlers }: Consumption): string[] {
  return [...handlers].flatMap(([type, count]) => {
    const faults = [];
    if (count > 1) faults.push(`- ${type} has ${count} handlers: one type has one handler`);
    if (!topics.some((topic) => topic === type))
      faults.push(`- ${type} has a handler, but ${service} does not consume it`);
    if (ignores.some((ignored) => ignored === type))
      faults.push(`- ${type} has a handler, yet is listed in \`ignores\``);
    return faults;
  });
}
