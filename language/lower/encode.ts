/** The bytes of words: 32 bits of a hash over image, index and lowered text, unlike any other of its image. */

/** FNV-1a. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  // FNV's low bits mix poorly over short suffixes: finish as MurmurHash3 does.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Hashes of an image's words; 0 (empty memory) is none. On a collision within the image a salt is counted up until all
 * differ, so the same text always gives the same bytes, whatever else is loaded.
 */
export function hashWords(image: string, texts: readonly (string | undefined)[]): number[] {
  for (let salt = 0; ; salt++) {
    const hashes = texts.map((text, index) => (text === undefined ? 0 : fnv(`${image}/${salt}/${index}/${text}`)));
    const used = hashes.filter((_, index) => texts[index] !== undefined);
    if (!used.includes(0) && new Set(used).size === used.length) return hashes;
  }
}
