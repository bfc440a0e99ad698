/** What places hold, as values: for compound assignments, and to store some bits of a place by storing all of it. */
import type { Target } from './expressions.ts';
import type { Place, Value } from './ir.ts';

/** The value that a target holds now, for compound assignments. */
export const current = ({ place, within }: Target): Value => (within ? { op: 'bits', value: read(place), ...within } : read(place));

/** The value that a place holds now. */
export function read(place: Place): Value {
  switch (place.to) {
    case 'local':
      return { op: 'local', offset: place.offset };
    case 'memory':
      return { op: 'load', address: place.address, size: place.size };
    case 'register':
      return { op: 'register', register: place.register };
    case 'numbered':
      return { ...place, op: 'numbered' };
    case 'field':
      return { op: 'bits', value: { op: 'register', register: place.register }, high: place.high, low: place.low };
  }
}
