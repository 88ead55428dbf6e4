import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { IsMoment } from '../../moments/is-moment.ts';
import { parseMoment } from '../../moments/moment.ts';
import { IsName } from '../../references/is-reference.ts';
import { namePattern } from '../../references/reference.ts';
import type { TokenEntity } from '../token.entity.ts';

export class CreateTokenDto {
  /** What the token is for; histories name it. */
  @ApiProperty({ pattern: namePattern.source })
  @IsName()
  name: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, description: 'Never without it.' })
  @IsOptional()
  @IsMoment()
  expires_at?: string | null;

  static toExpiry({ expires_at: text }: CreateTokenDto): Date | null {
    return parseMoment(text ?? '') ?? null;
  }
}

export class TokenPathDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id: string;
}

export class CreatedTokenDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'The token itself: shown here and never again.' })
  token: string;
}

export class TokenResponseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute.' })
  last_used_at: string | null;

  static of(token: TokenEntity): TokenResponseDto {
    return {
      id: token.id,
      name: token.name,
      created_at: token.createdAt.toISOString(),
      expires_at: token.expiresAt?.toISOString() ?? null,
      last_used_at: token.lastUsedAt?.toISOString() ?? null,
    };
  }
}
