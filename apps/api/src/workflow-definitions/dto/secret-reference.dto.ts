import type { SecretReference } from '@griffin/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { IsVariableName } from '../../http/is-environment.ts';
import { matching } from '../../http/matching.ts';
import {
  dnsSubdomainPattern,
  dnsSubdomainRule,
  maxNameLength,
  secretKeyPattern,
  secretKeyRule,
} from '../domain/kubernetes-syntax.ts';

export const maxSecrets = 64;

const IsSecretName = matching('isSecretName', dnsSubdomainPattern, dnsSubdomainRule, maxNameLength);
const IsSecretKey = matching('isSecretKey', secretKeyPattern, secretKeyRule, maxNameLength);

/** Where a value is, and never the value. */
export class SecretReferenceDto implements SecretReference {
  @ApiProperty({ description: 'The variable that it becomes.' })
  @IsVariableName()
  env: string;

  @ApiProperty({ description: 'The name of a Secret in the namespace that the platform keeps them in.' })
  @IsSecretName()
  secret: string;

  @ApiProperty({ description: 'A key of it.' })
  @IsSecretKey()
  key: string;
}
