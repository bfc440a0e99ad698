/** Looking through the debugger's eyes. They remember the first thing that they could not see: asked once, then forgotten. */
import type { Eye } from '../machine/index.ts';

/** What `see` saw; undefined if some of it could not be read. */
export function look<T>(eye: Eye, see: (eye: Eye) => T): T | undefined {
  eye.fault = null;
  const seen = see(eye);
  const { fault } = eye;
  eye.fault = null;
  return fault === null ? seen : undefined;
}
