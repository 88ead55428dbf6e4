import { Controller, Get, Param, Query } from '@nestjs/common';
import { decodeCursor } from '@griffin/platform';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import Type from 'typebox';
import { PageQueryDto } from '../http/page.dto.ts';
import { pageOf } from '../http/page.ts';
import { RuntimeResponseDto, RuntimesResponseDto } from './dto/runtime.dto.ts';
import { RuntimesService } from './runtimes.service.ts';

const afterName = Type.Object({ name: Type.String() });

@ApiTags('runtimes')
@ApiBearerAuth()
@Controller('api/runtimes')
export class RuntimesController {
  constructor(private readonly runtimes: RuntimesService) {}

  @Get()
  @ApiOkResponse({ type: RuntimesResponseDto })
  list(@Query() { cursor, limit }: PageQueryDto): RuntimesResponseDto {
    const after = cursor === undefined ? '' : decodeCursor(cursor, afterName).name;
    const rows = this.runtimes.list().filter(({ name }) => name > after);
    return pageOf(
      rows,
      limit,
      ({ name }) => ({ name }),
      (runtime) => runtime,
    );
  }

  @Get(':name')
  @ApiOkResponse({ type: RuntimeResponseDto })
  get(@Param('name') name: string): RuntimeResponseDto {
    return this.runtimes.get(name);
  }
}
