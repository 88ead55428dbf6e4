import type { Placement, Toleration } from '@griffin/contracts';
import { jsonPointer, type FieldError } from '@griffin/platform';
import {
  labelKeyRule,
  labelValuePattern,
  labelValueRule,
  maxNameLength,
  qualifiedNamePattern,
} from './kubernetes-syntax.ts';

export const maxSelectors = 32;

/** What Kubernetes would not take: it would say so only when a run is to begin. What single fields may be is the DTO's. */
export function placementFaults({ node_selector = {}, tolerations = [] }: Placement): FieldError[] {
  return [...selectorFaults(node_selector), ...tolerations.flatMap(tolerationFaults)];
}

function selectorFaults(selector: Record<string, unknown>): FieldError[] {
  const labels = Object.entries(selector);
  if (labels.length > maxSelectors) {
    const message = `must hold at most ${maxSelectors} labels`;
    return [{ pointer: '/placement/node_selector', code: 'max_properties', message }];
  }
  return labels.flatMap(([key, value]) => {
    const pointer = jsonPointer(['placement', 'node_selector', key]);
    if (key.length > maxNameLength || !qualifiedNamePattern.test(key)) {
      return [{ pointer, code: 'label_key_invalid', message: `must be named by ${labelKeyRule}` }];
    }
    const isValue = typeof value === 'string' && labelValuePattern.test(value);
    return isValue ? [] : [{ pointer, code: 'is_label_value', message: `must be ${labelValueRule}` }];
  });
}

function tolerationFaults({ key, operator, value }: Toleration, index: number): FieldError[] {
  const at = `/placement/tolerations/${index}`;
  if (operator === 'Exists') {
    const message = 'must be left out: with the operator `Exists` any value is tolerated. Or give the operator `Equal`';
    return value === undefined ? [] : [{ pointer: `${at}/value`, code: 'toleration_unsuited', message }];
  }
  const message = 'must be given, or the operator be `Exists`: without a key that tolerates every taint';
  return key === undefined ? [{ pointer: `${at}/key`, code: 'toleration_unsuited', message }] : [];
}
