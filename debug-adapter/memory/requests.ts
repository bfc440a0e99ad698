/** Reading, writing and disassembling memory, by reference. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Arguments } from '../arguments.ts';
import { RequestError } from '../errors.ts';
import { plural } from '../format.ts';
import type { HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import { topFrame } from '../stack/top.ts';
import { giveInputs } from '../stops/inputs.ts';
import type { Place } from './addresses.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { whyUnreadableAt } from './unreadable.ts';
import { memoryInputs } from './write.ts';

/** A client may ask for any number of bytes; it gets at most these, and asks again. */
const MOST_BYTES = 1 << 20;
const MOST_INSTRUCTIONS = 10_000;
const WORD = 4;

export const memoryRequests: HandlersOf<'readMemory' | 'writeMemory' | 'disassemble'> = {
  readMemory: {
    needs: 'stop',
    run(session, args, exchange) {
      const { addresses } = session.program;
      const place = placeOf(session, args);
      const wanted = Math.min(args.count('count'), MOST_BYTES);
      session.program.memoryShown.add(args.text('memoryReference'));
      const bytes = addresses.read(place, wanted);
      const behind = { ...place, address: BigInt.asUintN(64, place.address + BigInt(bytes.length)) };
      const unreadableBytes = bytes.length < wanted ? addresses.unreadable(behind, wanted - bytes.length) : 0;
      if (unreadableBytes > 0) exchange.note(whyUnreadableAt(session.program, behind) ?? 'It cannot be read.');
      return { address: addresses.refer(place) ?? '0x0', data: toBase64(bytes), ...(unreadableBytes > 0 && { unreadableBytes }) };
    },
  },

  writeMemory: {
    needs: 'stop',
    run(session, args, exchange) {
      const place = placeOf(session, args);
      const bytes = fromBase64(args.text('data'));
      if (!bytes) throw new RequestError('malformed', 'writeMemory.data must be Base64');
      const { inputs, written } = memoryInputs(session.program, place, bytes);
      if (written < bytes.length && !args.flag('allowPartial')) {
        const behind = { ...place, address: BigInt.asUintN(64, place.address + BigInt(written)) };
        const why = whyUnreadableAt(session.program, behind) ?? 'No memory answers there.';
        throw new RequestError('address', `Only ${plural(written, 'byte')} could be written. ${why}`, true);
      }
      if (inputs.length > 0) giveInputs(session, exchange, inputs);
      return { offset: 0, bytesWritten: written };
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

/** `va:` and `ipa:` mean what they mean where the user looks. */
export function placeOf({ program }: Session, args: Arguments): Place {
  const reference = args.text('memoryReference');
  const place = program.addresses.parse(reference, args.integer('offset', 0), topFrame(program, program.stop?.core ?? 0));
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
