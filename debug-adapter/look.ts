/** Looking through the debugger's eyes. They remember the first thing that they could not see: asked once, then forgotten. */
import type { Eye, Fault } from '../machine/index.ts';

export type Seen<T> = { readonly value: T } | { readonly fault: Fault };

export function look<T>(eye: Eye, see: (eye: Eye) => T): Seen<T> {
  eye.fault = null;
  const value = see(eye);
  const fault = eye.fault as Fault | null;
  eye.fault = null;
  return fault === null ? { value } : { fault };
}

/** What was seen, or what counts where nothing could be. */
export function orElse<T, U>(seen: Seen<T>, otherwise: U): T | U {
  return 'value' in seen ? seen.value : otherwise;
}
