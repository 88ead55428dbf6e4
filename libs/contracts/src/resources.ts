import Type, { type Static } from 'typebox';

/** What a run asks for. Zero `workers` means a single container without Ray. Sizes in GiB, CPUs and GPUs per worker. */
export const Resources = Type.Object({
  workers: Type.Integer({ minimum: 0, maximum: 256 }),
  cpu: Type.Number({ exclusiveMinimum: 0, maximum: 192 }),
  gpu: Type.Integer({ minimum: 0, maximum: 16 }),
  gpu_type: Type.Union([Type.String({ minLength: 1, maxLength: 63 }), Type.Null()]),
  memory_gib: Type.Number({ exclusiveMinimum: 0, maximum: 4096 }),
  ssd_gib: Type.Number({ minimum: 0, maximum: 65536 }),
});
export type Resources = Static<typeof Resources>;
