/** What the exception widget says: what happened, with which syndrome, against which rule, and where. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describeEvent, EVENTS } from '../../machine/index.ts';
import { RequestError } from '../errors.ts';
import type { Session } from '../session.ts';
import { fileName } from '../uri.ts';
import { lastException, syndromeText } from '../variables/events.ts';
import { ruleOf } from '../views/explain.ts';
import { isFault } from './outcome.ts';

export async function exceptionInfo(session: Session): Promise<DebugProtocol.ExceptionInfoResponse['body']> {
  const { program } = session;
  const { event } = program.stop ?? {};
  if (!event || !isFault(event)) throw new RequestError('noException');
  const entry = lastException(program, event.core);
  const syndrome = entry?.step === event.step ? syndromeText(program, entry) : undefined;
  const rule = await ruleOf(session, event);
  const { label } = EVENTS[event.kind];
  const message = [syndrome, rule].filter(Boolean).join('\n');
  return {
    exceptionId: label,
    description: describeEvent(event, program.names),
    breakMode: 'always',
    // VS Code shows the stack trace and not the message.
    details: { typeName: event.kind, message, stackTrace: [message, ...trace(session, event.core)].filter(Boolean).join('\n') },
  };
}

function trace({ program, client }: Session, core: number): string[] {
  return program.stack(core).map(({ frame: { kind, text, word } }) => {
    if (kind === 'label') return `  ${text}`;
    return `    at ${text}${word ? ` (${fileName(word.range.uri)}:${client.toLine(word.range.line)})` : ''}`;
  });
}
