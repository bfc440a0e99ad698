/** Says how the run ended: to the console with places, and to the extension as an event. */
import type { WordInfo } from '../../language/index.ts';
import type { Verdict } from '../engine/engine.ts';
import type { Session } from '../session.ts';

type Place = NonNullable<Verdict['reasons'][number]['at']>;

export function announceEnd(session: Session): void {
  const { program, client } = session;
  const { passed, reasons } = program.engine.verdict();
  const name = program.program.scenario.name;
  session.output(passed ? 'console' : 'stderr', `${passed ? 'Passed' : 'Failed'}: ${name}`);
  for (const { text, at } of reasons) {
    const range = at && rangeOf(at);
    session.output('stderr', `  ${text}`, range && { source: client.source(range.uri), ...lineOf(client.place(range)) });
  }
  session.notify('worldstep/verdict', { passed, reasons: reasons.map(({ text }) => text) });
}

function rangeOf(at: Place): WordInfo['range'] {
  return 'range' in at ? at.range : at;
}

function lineOf({ line, column }: { readonly line: number; readonly column: number }): { line: number; column: number } {
  return { line, column };
}
