import { RunKind, type Resources } from '@griffin/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsObject, IsString, Length, MaxLength, ValidateNested } from 'class-validator';
import { MayBeAbsent } from '../../http/may-be-absent.ts';
import { InputsDto, LimitsDto, OutputsDto, OverridableDto } from '../../http/overridable.dto.ts';
import { ResourcesDto } from '../../http/resources.dto.ts';
import { IsDnsLabel, IsVersionReference } from '../../references/is-reference.ts';
import type { DefinitionBody } from '../domain/definition-body.ts';
import { saying } from '../domain/saying.ts';
import type { Definition } from '../definition.service.ts';
import type { DefinitionEntity } from '../definition.entity.ts';
import { ContainerDto } from './container.dto.ts';
import { PlacementDto } from './placement.dto.ts';
import { QuotaDto } from './quota.dto.ts';
import { maxSecrets, SecretReferenceDto } from './secret-reference.dto.ts';

export class AuthorizationDto {
  @ApiPropertyOptional({ description: 'The Kubernetes service account that runs act as.' })
  @MayBeAbsent()
  @IsDnsLabel()
  service_account?: string;

  @ApiPropertyOptional({ description: 'Roles that are bound to it in the namespace of the definition.' })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(32)
  @IsDnsLabel({ each: true })
  roles?: string[];
}

export class CreateDefinitionDto extends OverridableDto {
  @ApiProperty({ description: 'A DNS label: the namespace of its runs is named after it.' })
  @IsDnsLabel()
  name: string;

  @ApiProperty({ enum: ['prototype', 'production'] })
  @IsIn(['prototype', 'production'])
  stage: 'prototype' | 'production';

  @ApiProperty({ enum: Object.values(RunKind) })
  @IsIn(Object.values(RunKind))
  kind: RunKind;

  @ApiProperty()
  @IsString()
  @Length(1, 63)
  runtime: string;

  @ApiPropertyOptional({ description: 'A model architecture: `name@version`, or `name` for the newest.' })
  @MayBeAbsent()
  @IsVersionReference()
  architecture?: string;

  @ApiPropertyOptional({
    type: [SecretReferenceDto],
    maxItems: maxSecrets,
    description: 'Variables whose values are in Secrets of a Kubernetes. They are read when an attempt starts.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(maxSecrets)
  @ValidateNested({ each: true })
  @Type(() => SecretReferenceDto)
  secrets?: SecretReferenceDto[];

  @ApiPropertyOptional({
    type: ContainerDto,
    description: 'An image of your own, for the kind `custom` and the runtime `container`, and for no other.',
  })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => ContainerDto)
  container?: ContainerDto;

  @ApiPropertyOptional({ type: AuthorizationDto })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => AuthorizationDto)
  authorization?: AuthorizationDto;

  @ApiPropertyOptional({
    type: PlacementDto,
    description: 'Which nodes of a Kubernetes runs may be on, and before whom.',
  })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => PlacementDto)
  placement?: PlacementDto;

  @ApiPropertyOptional({ type: QuotaDto, description: 'What runs may ask of a Kubernetes.' })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => QuotaDto)
  quota?: QuotaDto;

  @ApiPropertyOptional()
  @MayBeAbsent()
  @IsString()
  @MaxLength(2000)
  description?: string;

  static toBody({ name: _name, ...said }: CreateDefinitionDto): DefinitionBody {
    return {
      stage: said.stage,
      kind: said.kind,
      runtime: said.runtime,
      architecture: said.architecture ?? null,
      inputs: { ...said.inputs },
      outputs: said.outputs?.model ? { model: { ...said.outputs.model } } : {},
      config: { ...said.config },
      resources: { ...said.resources },
      env: { ...said.env },
      authorization: { ...said.authorization },
      ...(said.container && { container: { ...said.container } }),
      ...saying({
        secrets: said.secrets?.map((one) => ({ ...one })),
        placement: saying(said.placement),
        quota: saying(said.quota),
      }),
      limits: { ...said.limits },
      description: said.description ?? '',
      tags: said.tags ?? [],
    };
  }
}

export class DefinitionResponseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  static of({ id, name, createdAt }: DefinitionEntity): DefinitionResponseDto {
    return { id, name, created_at: createdAt.toISOString() };
  }
}

export class DefinitionVersionResponseDto implements DefinitionBody {
  @ApiProperty({ format: 'uuid', description: 'Of the definition: all its versions have it.' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty({ enum: ['prototype', 'production'] })
  stage: DefinitionBody['stage'];

  @ApiProperty({ enum: Object.values(RunKind) })
  kind: RunKind;

  @ApiProperty()
  runtime: string;

  @ApiProperty({ type: String, nullable: true })
  architecture: string | null;

  @ApiProperty({ type: InputsDto })
  inputs: InputsDto;

  @ApiProperty({ type: OutputsDto })
  outputs: OutputsDto;

  @ApiProperty({ type: 'object', additionalProperties: true })
  config: Record<string, unknown>;

  @ApiProperty({ type: ResourcesDto })
  resources: Partial<Resources>;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  env: Record<string, string>;

  @ApiProperty({ type: [SecretReferenceDto] })
  secrets: SecretReferenceDto[];

  @ApiPropertyOptional({ type: ContainerDto })
  container?: ContainerDto;

  @ApiProperty({ type: AuthorizationDto })
  authorization: AuthorizationDto;

  @ApiProperty({ type: PlacementDto })
  placement: PlacementDto;

  @ApiProperty({ type: QuotaDto })
  quota: QuotaDto;

  @ApiProperty({ type: LimitsDto })
  limits: LimitsDto;

  @ApiProperty()
  description: string;

  @ApiProperty({ type: [String] })
  tags: string[];

  @ApiProperty()
  created_by: string;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the definition was deleted.' })
  deleted_at: string | null;

  static of({ definition, version }: Definition): DefinitionVersionResponseDto {
    return {
      id: definition.id,
      name: definition.name,
      version: version.version,
      secrets: [],
      placement: {},
      quota: {},
      ...version.body,
      created_by: version.createdBy,
      created_at: version.createdAt.toISOString(),
      deleted_at: definition.deletedAt?.toISOString() ?? null,
    };
  }
}
