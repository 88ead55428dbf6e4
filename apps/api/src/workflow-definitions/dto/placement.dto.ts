import type { Placement, Toleration } from '@griffin/contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsObject, ValidateNested } from 'class-validator';
import { AsGiven } from '../../http/as-given.ts';
import { IsLabelValue } from '../../http/is-label-value.ts';
import { matching } from '../../http/matching.ts';
import { MayBeAbsent } from '../../http/may-be-absent.ts';
import {
  dnsSubdomainPattern,
  dnsSubdomainRule,
  labelKeyRule,
  labelValuePattern,
  maxNameLength,
  qualifiedNamePattern,
} from '../domain/kubernetes-syntax.ts';
import { maxSelectors } from '../domain/placement-faults.ts';

const IsDnsSubdomain = matching('isDnsSubdomain', dnsSubdomainPattern, dnsSubdomainRule, maxNameLength);
const IsLabelKey = matching('isLabelKey', qualifiedNamePattern, labelKeyRule, maxNameLength);

const operators = ['Exists', 'Equal'] as const;
const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export class TolerationDto implements Toleration {
  @ApiPropertyOptional({ description: 'Of the taint. Only with the operator `Exists` may it be left out: any taint.' })
  @MayBeAbsent()
  @IsLabelKey()
  key?: string;

  @ApiPropertyOptional({ enum: operators, default: 'Equal' })
  @MayBeAbsent()
  @IsIn(operators)
  operator?: (typeof operators)[number];

  @ApiPropertyOptional({ description: 'Of the taint, with the operator `Equal`. There is none with `Exists`.' })
  @MayBeAbsent()
  @IsLabelValue()
  value?: string;

  @ApiPropertyOptional({ enum: effects, description: 'Of the taint; any effect when it is left out.' })
  @MayBeAbsent()
  @IsIn(effects)
  effect?: (typeof effects)[number];
}

/** Its members that need to be looked at together, and names of members, are checked by `placementFaults`. */
export class PlacementDto implements Placement {
  @ApiPropertyOptional({
    type: 'object',
    maxProperties: maxSelectors,
    additionalProperties: { type: 'string', pattern: labelValuePattern.source },
    description: 'The labels that a node must have, by label keys, as `example.com/pool`.',
  })
  @MayBeAbsent()
  @IsObject()
  @AsGiven()
  node_selector?: Record<string, string>;

  @ApiPropertyOptional({ type: [TolerationDto], maxItems: 32, description: 'The taints that a node may have.' })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(32)
  @ValidateNested({ each: true })
  @Type(() => TolerationDto)
  tolerations?: TolerationDto[];

  @ApiPropertyOptional({ description: 'The PriorityClass of the pods, which the cluster must have.' })
  @MayBeAbsent()
  @IsDnsSubdomain()
  priority_class?: string;
}
