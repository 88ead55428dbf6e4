import { Transform } from 'class-transformer';

/** Keeps an object whose members a caller names: class-transformer drops those that are named as methods of objects are. */
export const AsGiven = () => Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]);
