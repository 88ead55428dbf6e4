/** The services that keep data, by the name of their schema. */
export const serviceSchemas = ['api', 'isc', 'lineage'] as const;
export type ServiceSchema = (typeof serviceSchemas)[number];

/** The login role that owns a service's schema. */
export const roleOf = (schema: ServiceSchema): string => `griffin_${schema}`;
