import type { Reason } from '@griffin/contracts';
import type { FieldError } from '@griffin/platform';

/**
 * A lease is written a tenth longer than it is, and written again once less than the whole of it is left. So not each
 * renewal is a write, and one that is not shortens no lease.
 */
export const writtenShare = 1.1;

/** What is written for a run that was asked for at that time. */
export function leaseUntil(seconds: number, askedAt: Date): Date {
  return new Date(askedAt.getTime() + seconds * writtenShare * 1000);
}

/** Why a run was ended whose owner nobody asked for. */
export function leaseLapsed(seconds: number): Reason {
  const message = `Nobody has asked for the run in its owner's name for ${seconds} seconds, as long as its lease is.`;
  return { code: 'owner_lost', message };
}

/** A lease that nobody could renew. */
export function leaseFaults(hasOwner: boolean, leaseSeconds: number | undefined): FieldError[] {
  if (leaseSeconds === undefined || hasOwner) return [];
  const message = 'is the lease of an owner: name one in owner_ref, or leave it out';
  return [{ pointer: '/owner_lease_seconds', code: 'owner_missing', message }];
}
