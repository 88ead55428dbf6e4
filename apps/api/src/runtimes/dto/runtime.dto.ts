import { RunKind, type Resources } from '@griffin/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { ResourcesDto } from '../../http/resources.dto.ts';
import type { Runtime } from '../runtime.ts';

const anything = { type: 'object', additionalProperties: true } as const;
const perKind = { type: 'object', additionalProperties: anything } as const;

export class RuntimeResponseDto implements Runtime {
  @ApiProperty()
  name: string;

  @ApiProperty()
  version: string;

  @ApiProperty({ enum: Object.values(RunKind), isArray: true })
  kinds: RunKind[];

  @ApiProperty({ description: 'Whether a run has a Ray cluster, or one container.' })
  needs_ray: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null: runs are of the image that their definition names.',
  })
  image: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  packages: Record<string, string>;

  @ApiProperty({ ...perKind, description: 'The JSON Schema (2020-12) of the configuration, per kind of run.' })
  config_schema: Record<string, Record<string, unknown>>;

  @ApiProperty(perKind)
  default_config: Record<string, Record<string, unknown>>;

  @ApiProperty({ type: ResourcesDto })
  default_resources: Resources;
}

export class RuntimesResponseDto {
  @ApiProperty({ type: [RuntimeResponseDto] })
  items: RuntimeResponseDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last one.' })
  next_cursor: string | null;
}
