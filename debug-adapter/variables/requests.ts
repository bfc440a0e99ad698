/** The requests of the Variables view. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import type { Expandable, Node } from './expandable.ts';
import { placeOf } from './locations.ts';
import { scopesOf } from './scopes.ts';

export const variableRequests: HandlersOf<'scopes' | 'variables' | 'locations'> = {
  scopes: {
    needs: 'stop',
    run(session, args) {
      const frame = session.handles.frames.get(args.integer('frameId'));
      const scopes = scopesOf(session, frame).map(
        ({ name, hint, expensive = false, contents }): DebugProtocol.Scope => ({
          name,
          ...(hint && { presentationHint: hint }),
          variablesReference: session.handles.variables.add(contents),
          expensive,
        }),
      );
      return { scopes };
    },
  },

  variables: {
    needs: 'stop',
    async run(session, args) {
      const contents = session.handles.variables.get(args.integer('variablesReference'));
      const filter = args.oneOf('filter', ['', 'indexed', 'named'], '');
      // Nothing here has both named and indexed children.
      if (filter !== '' && (filter === 'indexed') !== (contents.indexed !== undefined)) return { variables: [] };
      const page = { start: args.count('start', 0), count: args.count('count', 0), hex: args.object('format').flag('hex') };
      return { variables: (await contents.children(page)).map((node) => toVariable(session, contents, node)) };
    },
  },

  locations: {
    needs: 'stop',
    run: (session, args) => placeOf(session, session.handles.locations.get(args.integer('locationReference'))),
  },
};

function toVariable(session: Session, { frame }: Expandable, node: Node): DebugProtocol.Variable {
  const { name, value, type, expression, memoryReference, declared, hint, children } = node;
  const { locations, variables } = session.handles;
  const failed = hint?.attributes?.includes('failedEvaluation');
  return {
    name,
    value,
    variablesReference: children ? variables.add(children) : 0,
    ...(children?.indexed !== undefined && { indexedVariables: children.indexed }),
    ...(type !== undefined && { type }),
    ...(expression !== undefined && { evaluateName: expression }),
    ...(memoryReference !== undefined && { memoryReference }),
    ...(declared && { declarationLocationReference: locations.add({ kind: 'declared', range: declared }) }),
    ...(frame && expression !== undefined && !failed && { valueLocationReference: locations.add({ kind: 'written', frame, expression }) }),
    ...(hint && { presentationHint: hint }),
  };
}
