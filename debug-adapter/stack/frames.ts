/** Stack frames as the protocol has them: code, labels for the crossings between worlds, and stacks that were tampered with. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameEntry } from '../debuggee.ts';
import type { Session } from '../session.ts';

export function toStackFrames(session: Session, core: number): DebugProtocol.StackFrame[] {
  const { program } = session;
  const stack = program.stack(core);
  const { stop } = program;
  const hidden = stop?.handlerHidden && stop.core === core ? stack.findIndex(({ frame }) => frame.kind === 'label') : 0;
  return stack.map((entry, index) => toStackFrame(session, entry, index < hidden));
}

function toStackFrame({ program, client }: Session, { id, frame }: FrameEntry, hidden: boolean): DebugProtocol.StackFrame {
  const common = { id, name: frame.text, canRestart: frame.kind === 'code', line: 0, column: 0 };
  if (frame.kind === 'label') return { ...common, presentationHint: 'label' };
  const { word } = frame;
  return {
    ...common,
    // A client shows the first frame whose source it may show.
    ...(word && { source: client.source(word.range.uri, hidden ? 'deemphasize' : undefined), ...client.place(word.range) }),
    ...(frame.image && { moduleId: frame.image.name }),
    ...(frame.kind === 'broken' && { presentationHint: 'subtle' as const }),
    instructionPointerReference: program.addresses.refer(program.addresses.virtual(frame, frame.pc)),
  };
}
