/** Where a variable is declared, and who wrote its value last: looked for when somebody asks, as it takes a search. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { SourceRange } from '../../language/index.ts';
import type { Frame } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import type { Session } from '../session.ts';
import { locate } from './locate.ts';

export type Location =
  | { readonly kind: 'declared'; readonly range: SourceRange }
  | { readonly kind: 'written'; readonly frame: Frame; readonly expression: string };

export async function placeOf(session: Session, location: Location): Promise<DebugProtocol.LocationsResponse['body']> {
  const range = location.kind === 'declared' ? location.range : await written(session, location);
  return { source: session.client.source(range.uri), ...session.client.place(range) };
}

async function written(session: Session, { frame, expression }: Extract<Location, { kind: 'written' }>): Promise<SourceRange> {
  const { program } = session;
  const { target } = locate(program, frame, expression);
  const writer = await session.drive(`Who wrote ${expression}`, program.engine.lastWrite(target));
  if (!writer) throw new RequestError('expression', `Nothing has written ${expression} since reset.`);
  if (!writer.word) throw new RequestError('expression', `${expression} was changed by hand.`);
  return writer.word.range;
}
