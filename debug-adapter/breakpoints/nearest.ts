/** The name that someone who wrote another one probably meant. */

/** The closest of `names`, if it is close: at most a third of the letters differ. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  const wanted = text.toLowerCase();
  const ranked = [...new Set(names)].map((name) => ({ name, distance: distance(wanted, name.toLowerCase()) }));
  const best = ranked.reduce<(typeof ranked)[number] | undefined>((a, b) => (a && a.distance <= b.distance ? a : b), undefined);
  return best && best.distance <= Math.max(1, text.length / 3) ? best.name : undefined;
}

/** Levenshtein's: letters to insert, delete or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
