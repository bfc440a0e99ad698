/** Short forms for tests of the checker: what is wrong with a text, as lines. */
import type { Diagnostic } from '../diagnostics.ts';
import { parseProgram } from './program.ts';

export const TEST_URI = 'file:///work/main.tfw';

type Files = Readonly<Record<string, string>>;

/** Everything that is wrong with a text; `files` are its neighbours by name. */
export function check(text: string, files: Files = {}): readonly Diagnostic[] {
  const texts: Files = { 'main.tfw': text, ...files };
  return parseProgram(TEST_URI, { read: (uri) => texts[uri.replace('file:///work/', '')] }).diagnostics;
}

/** As `3:5 TFW101 Sentence.`, with the line and column that an editor shows. */
export const lines = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics.map(({ range, code, message }) => `${range.line + 1}:${range.column + 1} ${code} ${message}`);

export const codes = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map(({ code }) => code);

/** The statements of a function in an image that runs in NS.EL2; members of the image and of the file around it. */
export function inFunction(statements: string, members = '', file = ''): string {
  return `use firmware.arm.cca\n${file}\nimage host in NS.EL2 {\n${members}\nfn main() {\n${statements}\n}\n}\n`;
}

/** What is wrong with statements, without places. */
export const complaints = (statements: string, members?: string, file?: string): string[] =>
  check(inFunction(statements, members, file)).map(({ code, message }) => `${code} ${message}`);

/** What is wrong with the members of an image. */
export const imageComplaints = (members: string, state = 'NS.EL2'): string[] =>
  check(`use firmware.arm.cca\nimage code in ${state} {\n${members}\n}\n`).map(({ code, message }) => `${code} ${message}`);
