/** One row of `npm run bench`. A file `*.bench.ts` in this folder exports an array of them as its default. */
export interface Bench {
  /** A sentence about what is done. */
  readonly name: string;
  /** What `run` counts, in the plural: "steps", "bytes", "lines". */
  readonly unit: string;
  /** Does the work once and answers how many units that were. */
  run(): number | Promise<number>;
}
