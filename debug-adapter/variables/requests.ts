/** The requests of the Variables view. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import type { Node } from './expandable.ts';
import { scopesOf } from './scopes.ts';

export const variableRequests: HandlersOf<'scopes' | 'variables'> = {
  scopes: {
    needs: 'stop',
    run(session, args) {
      const frame = session.handles.frames.get(args.integer('frameId'));
      const scopes = scopesOf(session.program, frame).map(
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
    run(session, args) {
      const contents = session.handles.variables.get(args.integer('variablesReference'));
      const filter = args.oneOf('filter', ['', 'indexed', 'named'], '');
      // Nothing here has both named and indexed children.
      if (filter !== '' && (filter === 'indexed') !== (contents.indexed !== undefined)) return { variables: [] };
      const page = { start: args.count('start', 0), count: args.count('count', 0), hex: args.object('format').flag('hex') };
      return { variables: contents.children(page).map((node) => toVariable(session, node)) };
    },
  },
};

function toVariable(session: Session, node: Node): DebugProtocol.Variable {
  const { name, value, type, expression, memoryReference, hint, children } = node;
  return {
    name,
    value,
    variablesReference: children ? session.handles.variables.add(children) : 0,
    ...(children?.indexed !== undefined && { indexedVariables: children.indexed }),
    ...(type !== undefined && { type }),
    ...(expression !== undefined && { evaluateName: expression }),
    ...(memoryReference !== undefined && { memoryReference }),
    ...(hint && { presentationHint: hint }),
  };
}
