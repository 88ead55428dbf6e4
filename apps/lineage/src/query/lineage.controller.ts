import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import type { Principal } from '@griffin/platform';
import type { NodeKey } from '../graph/domain/graph.ts';
import type { NodeType } from '../graph/domain/vocabulary.ts';
import { LineageQueryDto } from './lineage-query.dto.ts';
import { CurrentPrincipal, PrincipalGuard } from './principal.guard.ts';
import { QueryService, type LineageAnswer } from './query.service.ts';

@Controller('api/lineage')
@UseGuards(PrincipalGuard)
export class LineageController {
  readonly #queries: QueryService;

  constructor(queries: QueryService) {
    this.#queries = queries;
  }

  @Get()
  async lineage(@CurrentPrincipal() principal: Principal, @Query() query: LineageQueryDto): Promise<LineageAnswer> {
    const { node, direction, depth, wait_for: waitFor } = query;
    return this.#queries.lineage({ projectId: principal.projectId, start: parseNode(node), direction, depth, waitFor });
  }
}

/** The DTO has checked the form. */
function parseNode(node: string): NodeKey {
  const colon = node.indexOf(':');
  return { type: node.slice(0, colon) as NodeType, id: node.slice(colon + 1) };
}
