import type { Debuggee } from '../debuggee.ts';
import type { Position } from '../protocol.ts';

/** Where the program stands, as our own messages say it. */
export function positionOf({ engine }: Debuggee): Position {
  return { step: engine.position, ended: engine.ended, run: engine.here.run };
}
