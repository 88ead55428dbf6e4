/** What travels on a bus: the same on both. */
export interface BusMessage {
  topic: string;
  /** The aggregate's id: messages of one topic and key stay in order. */
  key: string | null;
  /** The envelope's JSON in UTF-8; anything at all when somebody else wrote it. */
  value: Buffer | null;
}

/** A message of ours, complete by construction. */
export interface OutgoingMessage {
  topic: string;
  key: string;
  value: string;
}
