/** A wish that cannot be fulfilled, in words for the person who has it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
