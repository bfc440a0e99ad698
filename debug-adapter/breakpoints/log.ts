/** Messages of log points: text with `{expressions}`, which see what a statement at that place would see, and of an event its fields. */
import { type Asked, compileExpression } from '../../language/index.ts';
import type { Event, Eye } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { look, orElse } from '../look.ts';
import { spell } from '../variables/spell.ts';

export interface Log {
  text(eye: Eye, event?: Event): string;
}

type Part = (eye: Eye, event?: Event) => string;

export function compileLog(debuggee: Debuggee, message: string, asked: Asked): Log | { readonly problem: string } {
  const parts: Part[] = [];
  for (const [, text, hole] of message.matchAll(/((?:[^{}\\]|\\.)+)|\{([^{}]*)\}/g)) {
    if (hole === undefined) {
      const plain = text.replace(/\\([{}\\])/g, '$1');
      parts.push(() => plain);
      continue;
    }
    const compiled = compileExpression(debuggee.program, hole, asked);
    if (!('evaluate' in compiled)) return { problem: `{${hole}}: ${compiled[0].message}` };
    parts.push((eye, event) =>
      orElse(
        look(eye, () => spell(debuggee, compiled.type, compiled.evaluate(eye, event))),
        '(unreadable)',
      ),
    );
  }
  return { text: (eye, event) => parts.map((part) => part(eye, event)).join('') };
}
