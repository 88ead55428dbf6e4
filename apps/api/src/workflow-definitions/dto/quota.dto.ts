import type { Quota } from '@griffin/contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { AsGiven } from '../../http/as-given.ts';
import { MayBeAbsent } from '../../http/may-be-absent.ts';
import { countPattern, quantityPattern } from '../domain/kubernetes-syntax.ts';
import { maxResources } from '../domain/quota-faults.ts';
import { containerResources, namespaceResources, type Measure } from '../domain/quota-resources.ts';

const written = {
  amount: { type: 'string', pattern: quantityPattern.source },
  count: { type: 'string', pattern: countPattern.source },
} as const;

const quantities = (known: ReadonlyMap<string, Measure>, others: Measure) => ({
  type: 'object' as const,
  maxProperties: maxResources,
  properties: Object.fromEntries([...known].map(([name, measure]) => [name, written[measure]])),
  additionalProperties: written[others],
});

/** What it holds is checked by `quotaFaults`. */
export class QuotaDto implements Quota {
  @ApiPropertyOptional({
    ...quantities(namespaceResources, 'amount'),
    description:
      'For all runs of the definition together; beside what is named here `requests.nvidia.com/gpu`, `count/jobs.batch` and the like.',
  })
  @MayBeAbsent()
  @IsObject()
  @AsGiven()
  hard?: Record<string, string>;

  @ApiPropertyOptional({
    ...quantities(containerResources, 'count'),
    description: 'For each container; beside what is named here extended resources, as `nvidia.com/gpu`.',
  })
  @MayBeAbsent()
  @IsObject()
  @AsGiven()
  container_max?: Record<string, string>;
}
