import { ValidateIf } from 'class-validator';

/** The property may be left out. Other than with `IsOptional`, `null` is not the same as that: it is refused. */
export const MayBeAbsent = () => ValidateIf((_body: object, value: unknown) => value !== undefined);
