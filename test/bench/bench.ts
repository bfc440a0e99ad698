/** One row of `npm run bench`. A file `*.bench.ts` in this folder exports an array of them as its default. */
export interface Bench {
  /** A sentence about what is done. */
  readonly name: string;
  /** What `run` counts, in the plural: "steps", "bytes", "lines". */
  readonly unit: string;
  /** What has to be done before each `run` and is not measured. */
  prepare?(): void;
  /** Whether `run` answers a quantity of its own, rather than how many units it did in the time that it took. */
  readonly quantity?: true;
  /** Does the work once and answers how many units that were. */
  run(): number | Promise<number>;
}
