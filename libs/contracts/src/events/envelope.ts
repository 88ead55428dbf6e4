import Type, { type Static, type TSchema } from 'typebox';

/**
 * The CloudEvents 1.0 envelope (structured JSON) that every Griffin event travels in.
 * The extensions follow the naming rule of the specification: lower-case letters and digits only.
 */
export function envelope<T extends string, D extends TSchema>(type: T, data: D) {
  return Type.Object(
    {
      specversion: Type.Literal('1.0'),
      id: Type.String({ format: 'uuid' }),
      source: Type.String({ minLength: 1 }),
      type: Type.Literal(type),
      /** The aggregate's id, and the key of the message. */
      subject: Type.String({ minLength: 1 }),
      time: Type.String({ format: 'date-time' }),
      datacontenttype: Type.Literal('application/json'),
      projectid: Type.String({ format: 'uuid' }),
      /** Grows within (source, type, subject); a snapshot with a lower revision than one already seen is stale. */
      revision: Type.Integer({ minimum: 0 }),
      /** Id of the event, or name of the actor, that this one follows from. */
      causedby: Type.String({ minLength: 1 }),
      /** W3C Trace Context. */
      traceparent: Type.Optional(Type.String()),
      data,
    },
    { $id: `urn:griffin:event:${type}`, title: type },
  );
}

/** Any event, before its type is known to be one of ours. */
export type EventEnvelope<D = unknown> = Omit<Static<ReturnType<typeof envelope<string, TSchema>>>, 'data'> & {
  data: D;
};
