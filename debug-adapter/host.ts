/** What the adapter needs of the place it runs in. A worker of Node, a browser's worker and the tests each bring their own. */
export interface Host {
  /** The text of a file, saved or not; undefined if there is none. */
  read(uri: string): Promise<string | undefined>;
  /** Calls `task` after messages that have arrived meanwhile. */
  later(task: () => void): void;
  /** Milliseconds of any clock. It decides how long a slice takes and nothing that a run could observe. */
  now(): number;
  /** Keeps an error of the adapter's own for whoever looks into it. The client is told only that there was one. */
  failed(error: unknown): void;
}
