/** What the command line knows of the process that it runs in. */
export interface Terminal {
  readonly cwd: string;
  readonly version: string;
  /** Whether lines may be coloured. */
  readonly colours: boolean;
  /** Cores of this machine. */
  readonly cores: number;
  /** What threads start with; undefined: there are none. */
  readonly script?: URL;
  /** A line of the result. */
  out(line: string): void;
  /** A line that is about the result, or says why there is none. */
  err(line: string): void;
  /** Shows a line until the next one is printed, if somebody looks; the empty one takes it away. */
  progress(line: string): void;
}

const CODES = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;
export type Colour = keyof typeof CODES;

export const paint = (terminal: Pick<Terminal, 'colours'>, colour: Colour, text: string): string =>
  terminal.colours ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text;

export const PASSED = 0;
export const FAILED = 1;
export const USAGE = 2;
