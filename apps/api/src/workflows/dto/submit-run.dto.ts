import { InvalidInputError } from '@griffin/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '../../http/may-be-absent.ts';
import { OverridableDto } from '../../http/overridable.dto.ts';
import { IsName, IsVersionReference } from '../../references/is-reference.ts';
import { readReference } from '../../references/reference.ts';
import { leaseFaults } from '../domain/owner-lease.ts';
import type { RunRequest } from '../run-submission.service.ts';
import { OwnerRefDto } from './owner-ref.dto.ts';

export class SubmitRunDto extends OverridableDto {
  @ApiProperty({ description: 'A workflow definition: `name@version`, or `name` for the newest.', example: 'train' })
  @IsVersionReference()
  definition: string;

  @ApiPropertyOptional({ description: "The definition's name without it." })
  @MayBeAbsent()
  @IsName()
  name?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 2_147_483_647, default: 0 })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  seed?: number;

  @ApiPropertyOptional({ description: "The definition's without it." })
  @MayBeAbsent()
  @IsString()
  @Length(1, 63)
  runtime?: string;

  @ApiPropertyOptional({ type: OwnerRefDto })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => OwnerRefDto)
  owner_ref?: OwnerRefDto;

  @ApiPropertyOptional({ enum: ['attach', 'reject'], default: 'reject' })
  @MayBeAbsent()
  @IsIn(['attach', 'reject'])
  on_active_owner?: 'attach' | 'reject';

  /**
   * Ends the run when nobody has asked for it in its owner's name for so long: by a status request with `renew_lease`, or
   * by a submission of the owner. Without it a run goes on. Needs an `owner_ref`.
   */
  @ApiPropertyOptional({ type: 'integer', minimum: 60, maximum: 2_592_000 })
  @MayBeAbsent()
  @IsInt()
  @Min(60)
  @Max(2_592_000)
  owner_lease_seconds?: number;

  static toRequest(dto: SubmitRunDto): RunRequest {
    const { name, inputs, outputs, config, resources, env, limits, seed, runtime, tags } = dto;
    const definition = readReference(dto.definition);
    return { definition, name, inputs, outputs, config, resources, env, limits, seed, runtime, tags };
  }

  /** Throws `InvalidInputError` for a lease without an owner. */
  static toOwner({ owner_ref: ref, on_active_owner: onActive, owner_lease_seconds: lease }: SubmitRunDto) {
    const faults = leaseFaults(ref !== undefined, lease);
    if (faults.length > 0) throw new InvalidInputError(faults);
    return ref && { ref: OwnerRefDto.toRef(ref), onActive: onActive ?? 'reject', leaseSeconds: lease ?? null };
  }
}

export class SubmitQueryDto {
  @ApiPropertyOptional({ type: Boolean, description: 'Answers with the resolved spec; nothing runs.' })
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  dry_run?: boolean;
}

export class TerminateRunDto {
  @ApiPropertyOptional({ description: 'For whoever asks later why.' })
  @MayBeAbsent()
  @IsString()
  @Length(1, 1000)
  reason?: string;

  @ApiPropertyOptional({ type: OwnerRefDto, description: 'Of an orchestrator. A person needs none.' })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => OwnerRefDto)
  owner_ref?: OwnerRefDto;
}
