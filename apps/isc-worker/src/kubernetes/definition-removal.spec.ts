import { Logger } from '@nestjs/common';
import type { KubernetesObject } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { labels, namespaceOf } from '../manifests/names.ts';
import { DefinitionRemoval } from './definition-removal.ts';

const definitionId = '0198c5a0-0000-7000-8000-00000000000d';
const ours = { [labels.managedBy]: 'griffin', [labels.installation]: 'spec', [labels.definition]: definitionId };
const name = namespaceOf('spec', { definition: { id: definitionId } });

beforeAll(() => Logger.overrideLogger(false));

/** A cluster with one namespace, in which deleting marks, and `finish` does. */
class FakeClient {
  namespace: KubernetesObject | undefined = { metadata: { name, uid: 'n', labels: ours } };
  objects: KubernetesObject[] = [];
  readonly deleted: string[] = [];
  readonly asked = new Set<string>();

  async get(): Promise<never> {
    return this.namespace as never;
  }

  async list(_version: string, kind: string, selector: string, namespace?: string) {
    this.asked.add(`${namespace} ${selector}`);
    return { items: this.objects.filter((object) => object.kind === kind) } as never;
  }

  async delete({ kind, metadata }: KubernetesObject): Promise<void> {
    this.deleted.push(`${kind} ${metadata?.uid}`);
    const there =
      kind === 'Namespace' ? this.namespace : this.objects.find((one) => one.metadata?.uid === metadata?.uid);
    there!.metadata!.deletionTimestamp = new Date();
  }

  finish(kind: string): void {
    if (kind === 'Namespace') this.namespace = undefined;
    this.objects = this.objects.filter((object) => object.kind !== kind);
  }
}

const object = (kind: string) => ({ kind, metadata: { uid: kind.toLowerCase(), labels: ours } });

describe('the removal of a definition', () => {
  it('takes what runs first, waits for its pods, and then takes the namespace', async () => {
    const client = new FakeClient();
    client.objects = ['Pod', 'RayCluster', 'RayJob', 'Job'].map(object);
    const removal = new DefinitionRemoval(client, 'spec');
    const step = async () => [await removal.step(definitionId), client.deleted.splice(0)];
    expect(await step()).toEqual([false, ['RayJob rayjob', 'Job job']]);
    expect(await step()).toEqual([false, []]);
    client.finish('RayJob');
    expect(await step()).toEqual([false, []]);
    client.finish('Job');
    expect(await step()).toEqual([false, ['RayCluster raycluster', 'Pod pod']]);
    client.finish('RayCluster');
    expect(await step()).toEqual([false, []]);
    client.finish('Pod');
    expect(await step()).toEqual([false, ['Namespace n']]);
    expect(await step()).toEqual([false, []]);
    client.finish('Namespace');
    expect(await step()).toEqual([true, []]);
    const selector = Object.entries(ours).map(([key, value]) => `${key}=${value}`);
    expect([...client.asked]).toEqual([`${name} ${selector.join(',')}`]);
  });

  it.each([
    ['another installation', { ...ours, [labels.installation]: 'other' }],
    ['another definition', { ...ours, [labels.definition]: 'other' }],
    ['nobody that we know', {}],
  ])('leaves a namespace of %s alone', async (_whose, others) => {
    const client = new FakeClient();
    client.namespace!.metadata!.labels = others;
    expect(await new DefinitionRemoval(client, 'spec').step(definitionId)).toBe(true);
    expect(client.deleted).toEqual([]);
  });
});
