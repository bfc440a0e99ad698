/** Reading memory and disassembling it, by reference. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Arguments } from '../arguments.ts';
import { RequestError } from '../errors.ts';
import type { HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import type { Place } from './addresses.ts';
import { toBase64 } from './base64.ts';

/** A client may ask for any number of bytes; it gets at most these, and asks again. */
const MOST_BYTES = 1 << 20;
const MOST_INSTRUCTIONS = 10_000;
const WORD = 4;

export const memoryRequests: HandlersOf<'readMemory' | 'disassemble'> = {
  readMemory: {
    needs: 'stop',
    run(session, args) {
      const { addresses } = session.program;
      const place = placeOf(session, args);
      const wanted = args.count('count');
      session.program.memoryShown.add(args.text('memoryReference'));
      const bytes = addresses.read(place, Math.min(wanted, MOST_BYTES));
      const unreadable = Math.min(wanted, MOST_BYTES) - bytes.length;
      return {
        address: addresses.refer(place) ?? '0x0',
        data: toBase64(bytes),
        ...(unreadable > 0 && { unreadableBytes: wanted - bytes.length }),
      };
    },
  },

  disassemble: {
    needs: 'stop',
    run(session, args) {
      const start = placeOf(session, args);
      const first = start.address + BigInt(args.integer('instructionOffset', 0) * WORD);
      const count = Math.min(args.count('instructionCount'), MOST_INSTRUCTIONS);
      const at = (i: number) => ({ ...start, address: BigInt.asUintN(64, first + BigInt(i * WORD)) });
      return { instructions: Array.from({ length: count }, (_, i) => instructionAt(session, at(i))) };
    },
  },
};

function placeOf(session: Session, args: Arguments): Place {
  const reference = args.text('memoryReference');
  const place = session.program.addresses.parse(reference, args.integer('offset', 0));
  if (!place) throw new RequestError('address', `${reference} is no memory reference`);
  return place;
}

function instructionAt({ program, client }: Session, place: Place): DebugProtocol.DisassembledInstruction {
  const address = program.addresses.refer(place) ?? '0x0';
  const word = program.addresses.wordAt(place);
  if (!word) return { address, instruction: '(no instruction)', presentationHint: 'invalid' };
  return {
    address,
    instruction: word.text,
    instructionBytes: (word.hash >>> 0).toString(16).padStart(8, '0'),
    ...(word.index === word.fn.from && { symbol: `${word.image}.${word.fn.name}` }),
    location: client.source(word.range.uri),
    ...client.place(word.range),
  };
}
