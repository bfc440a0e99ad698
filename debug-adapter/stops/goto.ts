/** Going on somewhere else: the next statement of a core is another one of the function that it is in. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { WordInfo } from '../../language/index.ts';
import type { Arguments } from '../arguments.ts';
import { RequestError } from '../errors.ts';
import type { Exchange } from '../requests.ts';
import type { Session } from '../session.ts';
import { toUri } from '../uri.ts';
import { giveInputs } from './inputs.ts';

/** Statements that start at a line, or the next one below it. */
export function gotoTargets(session: Session, args: Arguments): DebugProtocol.GotoTarget[] {
  const { client, program, handles } = session;
  const uri = toUri(client.sourceUri(args.object('source')) ?? '');
  const line = client.fromLine(args.integer('line'));
  const found = program.statements.at(uri, line);
  if (!found) return [];
  const statements = program.statements.within(uri, found.range.line, found.range.line);
  return statements.map((statement) => {
    const [{ fn, image }] = statement.words;
    const { line: first, column, endLine, endColumn } = client.place(statement.range);
    return { id: handles.targets.add(statement), label: `${image}.${fn.name}:${first}`, line: first, column, endLine, endColumn };
  });
}

/** Throws where that would leave the function: its frame would not be the one that the statement expects. */
export function goto(session: Session, exchange: Exchange, args: Arguments): void {
  const { program, handles } = session;
  const core = program.core(args.integer('threadId'));
  const { words } = handles.targets.get(args.integer('targetId'));
  const [frame] = program.engine.stack(core);
  const here = frame?.word;
  const target = words.find(({ fn }) => fn === here?.fn);
  if (!here || !target) {
    const name = frame?.text ?? 'no code';
    throw new RequestError('expression', `Core ${core} is in ${name}: it can go on only at a statement of the same function.`, true);
  }
  if (program.engine.machine.cores[core].status !== 'running') {
    throw new RequestError('expression', `Core ${core} does not run any more; step back first.`, true);
  }
  const value = BigInt.asUintN(64, frame.pc + distance(here, target));
  giveInputs(session, exchange, [{ kind: 'pc', core, value }]);
  exchange.afterwards(session.execution.settle({ reason: 'goto', core, description: 'Goes on here' }));
}

/** Bytes between two words of an image. */
const distance = (from: WordInfo, to: WordInfo): bigint => BigInt(to.index - from.index) * 4n;
