/** Cores as threads, their stacks across worlds, and the sources that frames point into. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { RequestError } from '../errors.ts';
import type { HandlersOf } from '../requests.ts';
import { uriKey } from '../uri.ts';
import { toStackFrames } from './frames.ts';
import { modulesOf } from './modules.ts';
import { threadName } from './threads.ts';

export const stackRequests: HandlersOf<'threads' | 'stackTrace' | 'source' | 'loadedSources' | 'modules'> = {
  threads: {
    needs: 'program',
    run({ program, status }) {
      const { cores } = program.engine.machine;
      // A core that is off is none that one could look at; core 0 is there from the start.
      const present = cores.filter(({ id, status: state }) => id === 0 || state !== 'off');
      return { threads: present.map(({ id }) => ({ id: id + 1, name: threadName(program, id, status === 'stopped') })) };
    },
  },

  stackTrace: {
    needs: 'stop',
    run(session, args) {
      const frames = toStackFrames(session, session.program.core(args.integer('threadId')));
      const start = args.count('startFrame', 0);
      const levels = args.count('levels', 0);
      return { stackFrames: frames.slice(start, levels === 0 ? undefined : start + levels), totalFrames: frames.length };
    },
  },

  source: {
    needs: 'program',
    run(session, args) {
      const { sources } = session.program.program;
      const named = args.has('source') ? session.client.sourceUri(args.object('source')) : undefined;
      const wanted = named ?? session.client.referencedUri(args.integer('sourceReference', 0));
      const found = wanted === undefined ? undefined : [...sources].find(([uri]) => uriKey(uri) === uriKey(wanted));
      if (!found) throw new RequestError('unknownSource');
      return { content: found[1] };
    },
  },

  modules: {
    needs: 'program',
    run({ program }, args) {
      const all = modulesOf(program);
      const start = args.count('startModule', 0);
      const count = args.count('moduleCount', 0);
      return { modules: all.slice(start, count === 0 ? undefined : start + count), totalModules: all.length };
    },
  },

  loadedSources: {
    needs: 'program',
    run({ program, client }) {
      const sources: DebugProtocol.Source[] = [...program.program.sources.keys()].map((uri) => client.source(uri));
      return { sources };
    },
  },
};
