/**
 * What `--json` prints, as docs/cli.md promises it. Lines and columns count from 1, ends are exclusive; files are named as
 * people would name them from where the command was given.
 */
import type { TraceLine } from '../debug-adapter/engine/trace.ts';
import type { Diagnostic, SourceRange } from '../language/index.ts';
import { shown } from './files.node.ts';
import type { Result } from './scenario.ts';

/** Grows when a field changes its meaning or goes; new fields do not count. */
export const FORMAT = 1;

export const document = (command: string, content: object): string => JSON.stringify({ format: FORMAT, command, ...content });
export const line = (type: string, content: object): string => JSON.stringify({ type, ...content });

export function rangeJson({ uri, line, column, endLine, endColumn }: SourceRange, cwd: string): object {
  return { file: shown(uri, cwd), line: line + 1, column: column + 1, endLine: endLine + 1, endColumn: endColumn + 1 };
}

export function diagnosticJson({ code, severity, message, range, suggestion }: Diagnostic, cwd: string): object {
  return { code, severity, message, range: rangeJson(range, cwd), ...(suggestion !== undefined && { suggestion }) };
}

export function resultJson({ reasons, cores, ...result }: Result, cwd: string): object {
  const placed = <T extends { readonly at?: SourceRange }>({ at, ...rest }: T): object => ({
    ...rest,
    ...(at && { range: rangeJson(at, cwd) }),
  });
  return { ...result, reasons: reasons.map(placed), cores: cores.map(placed) };
}

export const traceJson = ({ position, core, depth, text }: TraceLine): string => line('line', { step: position, core, depth, text });
