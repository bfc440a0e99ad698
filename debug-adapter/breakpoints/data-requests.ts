/** Data breakpoints: what can be watched, and watching it. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Arguments } from '../arguments.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Frame, Watched } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { hex, parseNumber, plural } from '../format.ts';
import type { HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import { topFrame } from '../stack/top.ts';
import { locate } from '../variables/locate.ts';
import { nodeNamed } from '../variables/named.ts';
import { dataId, findData } from './data.ts';
import { answer, make } from './make.ts';

type Info = DebugProtocol.DataBreakpointInfoResponse['body'];

export const dataBreakpointRequests: HandlersOf<'dataBreakpointInfo' | 'setDataBreakpoints'> = {
  dataBreakpointInfo: {
    needs: 'stop',
    async run(session, args) {
      try {
        return await infoOf(session, args);
      } catch (error) {
        // What cannot be watched is an answer, not a failure.
        if (error instanceof RequestError && error.kind !== 'stale' && error.kind !== 'malformed') {
          return { dataId: null, description: error.message };
        }
        throw error;
      }
    },
  },

  setDataBreakpoints: {
    needs: 'program',
    run(session, args) {
      const breakpoints = args.objects('breakpoints').map((wanted) => {
        const id = wanted.text('dataId');
        const access = wanted.oneOf('accessType', ['read', 'write', 'readWrite'], 'write');
        return make(session, 'data breakpoint', wanted, (debuggee) => findData(id, access, debuggee));
      });
      return answer(session, 'data', breakpoints);
    },
  },
};

async function infoOf(session: Session, args: Arguments): Promise<Info> {
  const { program } = session;
  const [name, ...suffixes] = args
    .text('name')
    .split('@')
    .map((part) => part.trim());
  const suffix = suffixes.map((text) => ` @${text}`).join('');
  const bytes = args.has('bytes') ? args.count('bytes') : undefined;
  if (args.flag('asAddress')) return memoryInfo(program, name, bytes ?? 8, suffix);
  const [, tagged] = /^tag\s+(.+)$/.exec(name) ?? [];
  if (tagged !== undefined) return tagInfo(program, tagged, bytes, suffix);
  if (/^(?:[a-z]+:)?\s*0x[0-9a-f_]+$/i.test(name)) return memoryInfo(program, name, bytes ?? 8, suffix);
  const { frame, expression } = await meant(session, args, name);
  const { target, space, field } = locate(program, frame, expression);
  if (target.kind === 'register') {
    const watched: Watched = { kind: 'register', register: target.register, core: target.core };
    const part = field && expression.slice(expression.lastIndexOf('.') + 1);
    return {
      dataId: dataId(program, watched, part) + suffix,
      description: `${expression} of core ${target.core}`,
      accessTypes: ['write'],
      canPersist: true,
    };
  }
  const watched: Watched = { kind: 'memory', pa: target.pa, size: bytes ?? target.size, space };
  return {
    dataId: dataId(program, watched, expression) + suffix,
    description: `${expression} (${plural(watched.size, 'byte')} at ${placeText(program, space, target.pa)})`,
    accessTypes: ['read', 'write', 'readWrite'],
    canPersist: false,
  };
}

/** An address as people write it: of a space, or of them all. */
function memoryInfo(debuggee: Debuggee, text: string, size: number, suffix: string): Info {
  const [, prefix, digits] = /^(?:([a-z]+):)?\s*(\S+)$/i.exec(text) ?? [];
  const pa = parseNumber(digits ?? '');
  if (pa === undefined) throw new RequestError('address', `${text} is no address.`);
  if (prefix === undefined) {
    // A reference of ours says which space it means; a plain number means every space.
    const place = debuggee.addresses.parse(text);
    const at = place && debuggee.addresses.locateBytes(place);
    if (at) return memoryWatch(debuggee, { kind: 'memory', pa: at.pa, size, space: at.space }, suffix);
    return memoryWatch(debuggee, { kind: 'memory', pa: Number(pa), size }, suffix);
  }
  const space = debuggee.architecture.spaces.findIndex(({ id }) => id === prefix.toLowerCase());
  if (space < 0) throw new RequestError('address', `There is no physical address space ${prefix}.`);
  return memoryWatch(debuggee, { kind: 'memory', pa: Number(pa), size, space }, suffix);
}

function memoryWatch(debuggee: Debuggee, watched: Extract<Watched, { kind: 'memory' }>, suffix: string): Info {
  if (!debuggee.engine.machine.answers(watched.pa, 1)) throw new RequestError('address', `There is no memory at ${hex(watched.pa)}.`);
  return {
    dataId: dataId(debuggee, watched) + suffix,
    description: `${plural(watched.size, 'byte')} at ${placeText(debuggee, watched.space, watched.pa)}`,
    accessTypes: ['read', 'write', 'readWrite'],
    canPersist: true,
  };
}

function tagInfo(debuggee: Debuggee, text: string, bytes: number | undefined, suffix: string): Info {
  const pa = parseNumber(text);
  const unit = debuggee.engine.machine.units[0];
  if (pa === undefined || !unit) throw new RequestError('address', `${text} is no address whose tag could be watched.`);
  const from = Number(pa) - (Number(pa) % unit.granule);
  const watched: Watched = { kind: 'tag', pa: from, size: bytes ?? unit.granule };
  return { dataId: dataId(debuggee, watched) + suffix, description: `the tag of ${hex(from)}`, accessTypes: ['write'], canPersist: true };
}

const placeText = ({ architecture }: Debuggee, space: number | undefined, pa: number): string =>
  `${space === undefined ? '' : `${architecture.spaces[space].id}:`}${hex(pa)}`;

/** The expression that is meant, and the frame in which. */
async function meant(session: Session, args: Arguments, name: string): Promise<{ readonly frame: Frame; readonly expression: string }> {
  const { program, handles } = session;
  const container = args.integer('variablesReference', 0);
  if (container > 0) {
    const { frame, node } = await nodeNamed(session, container, name);
    return { frame, expression: node.expression ?? name };
  }
  const frame = args.has('frameId') ? handles.frames.get(args.integer('frameId')) : topFrame(program, program.stop?.core ?? 0);
  if (!frame) throw new RequestError('expression', 'There is no code here in which the expression could mean something.');
  return { frame, expression: name };
}
