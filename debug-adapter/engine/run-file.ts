/** A run as a file: what program it is of, what it was given, and where it stood. It replays anywhere. */
import type { Schedule } from '../../machine/index.ts';
import type { InputAt } from './input.ts';

/** What decides a program's run besides its text: arguments, seed, schedule. */
export interface RunOptions {
  readonly schedule?: Schedule;
  readonly seed?: number;
  readonly args?: Readonly<Record<string, bigint>>;
}

export interface RunFile {
  readonly program: { readonly uri: string; readonly scenario: string; readonly hash: string };
  readonly options: RunOptions;
  readonly inputs: readonly InputAt[];
  /** Steps done. */
  readonly position: number;
  readonly bookmarks: readonly { readonly name: string; readonly step: number }[];
}

export class RunFileError extends Error {}
