import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RuntimeResponseDto, RuntimesResponseDto } from './dto/runtime.dto.ts';
import { RuntimesService } from './runtimes.service.ts';

@ApiTags('runtimes')
@ApiBearerAuth()
@Controller('api/runtimes')
export class RuntimesController {
  constructor(private readonly runtimes: RuntimesService) {}

  @Get()
  @ApiOkResponse({ type: RuntimesResponseDto })
  list(): RuntimesResponseDto {
    return { items: this.runtimes.list(), next_cursor: null };
  }

  @Get(':name')
  @ApiOkResponse({ type: RuntimeResponseDto })
  get(@Param('name') name: string): RuntimeResponseDto {
    return this.runtimes.get(name);
  }
}
