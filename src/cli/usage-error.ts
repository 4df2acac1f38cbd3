/**
 * A command line that is not understood. It ends with exit status 2, as a shell's own do.
 *
 * @module
 */
export class UsageError extends Error {
  override get name(): string {
    return "UsageError";
  }
}
