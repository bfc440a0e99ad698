/** Writing memory by hand, where an address leads. */
import type { Debuggee } from '../debuggee.ts';
import type { Input } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import type { Place } from './addresses.ts';

const PAGE = 4096;

/** An input for each page, up to the first byte that is nowhere in memory. */
export function memoryInputs(
  { addresses, engine }: Debuggee,
  place: Place,
  bytes: Uint8Array,
): { readonly inputs: readonly Input[]; readonly written: number } {
  if (place.space.kind === 'bus') {
    throw new RequestError('address', 'What a probe on the bus sees is not changed from here; write in an address space.', true);
  }
  const inputs: Input[] = [];
  let written = 0;
  while (written < bytes.length) {
    const address = BigInt.asUintN(64, place.address + BigInt(written));
    const at = addresses.locateBytes({ ...place, address });
    const size = Math.min(PAGE - Number(address & 0xfffn), bytes.length - written);
    if (!at || !engine.machine.isMemory(at.pa, size)) break;
    inputs.push({ kind: 'memory', pa: at.pa, space: at.space, bytes: bytes.slice(written, written + size) });
    written += size;
  }
  return { inputs, written };
}
