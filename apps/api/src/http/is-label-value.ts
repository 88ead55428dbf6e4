import { labelValuePattern, labelValueRule } from '../workflow-definitions/domain/kubernetes-syntax.ts';
import { matching } from './matching.ts';

/** Accepts what a label of Kubernetes may say. */
export const IsLabelValue = matching('isLabelValue', labelValuePattern, labelValueRule);
