/** Exceptions that find nobody at home: which vector an image would have needed. */
import type { Architecture } from '../../machine/index.ts';
import type { LoadedImage } from './program.ts';

/** Arm ARM D1.3.1: sixteen vectors of 128 bytes. */
const TABLE = 0x800;
const SLOT = 0x80;

/**
 * What to say of an exception that went to `address` in `state` and found nothing there: the vector that an image lacks.
 * Undefined if the address is neither in a vector table nor what a vector base that was never set leads to.
 */
export function missingVector(
  images: readonly LoadedImage[],
  { vectors, states }: Architecture,
  address: bigint,
  state: number,
): string | undefined {
  const nameAt = (offset: number): string | undefined => vectors.find((row) => row.offset === offset - (offset % SLOT))?.name;
  for (const { image, base } of images) {
    const offset = image.vectors === undefined ? -1 : Number(address) - base - image.vectors;
    if (offset < 0 || offset >= TABLE) continue;
    const name = nameAt(offset);
    const there = image.words[((image.vectors ?? 0) + offset) / 4] !== undefined;
    return name === undefined || there ? undefined : `image \`${image.name}\` has no \`vector ${name}\` to take it`;
  }
  // The vector base is as reset left it: zero.
  if (address >= BigInt(TABLE)) return undefined;
  const name = nameAt(Number(address));
  const bare = images.filter(({ image }) => image.state === state && image.vectors === undefined).map(({ image }) => `\`${image.name}\``);
  if (name === undefined || bare.length === 0) return undefined;
  return `no \`vector ${name}\` to take it: ${bare.join(', ')} in ${states[state].id} ${bare.length === 1 ? 'has' : 'have'} no vectors at all`;
}
