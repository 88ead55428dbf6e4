/** What no retry can mend: the event goes to the dead letters and its successors are handled. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  readonly code: string;

  /** `code` is for programs, like `run_unknown`; `message` for the person who reads the dead letter. */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
