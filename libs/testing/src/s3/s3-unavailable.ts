/** This machine cannot run an S3 server; the message says what it lacks and how to mend it. */
export class S3Unavailable extends Error {
  override name = 'S3Unavailable';
}
