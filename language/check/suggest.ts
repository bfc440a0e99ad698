/** The name that a misspelt one was meant to be. */

/** Names that are looked at: a generated file has more in scope than anybody could have mistyped. */
const MOST = 5000;

/** The candidate closest to `name`, if it is close enough to be a guess worth making. */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  // One letter of two is another name altogether.
  const limit = name.length < 3 ? 0 : Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  let looked = 0;
  for (const candidate of candidates) {
    if (++looked > MOST) break;
    if (Math.abs(candidate.length - name.length) > limit || candidate === name) continue;
    const distance = candidate.toLowerCase() === name.toLowerCase() ? 0 : editDistance(name, candidate, limit);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`; more than `limit` is not counted out. */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    if (Math.min(...row) > limit) return limit + 1;
    [beforeLast, last] = [last, row];
  }
  return last[b.length];
}
