/** Messages of log points: text with `{expressions}`, which see what a statement at that place would see. */
import { compileExpression, type WordInfo } from '../../language/index.ts';
import type { Eye } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { look, orElse } from '../look.ts';
import { spell } from '../variables/spell.ts';

export interface Log {
  text(eye: Eye): string;
}

type Part = (eye: Eye) => string;

export function compileLog(debuggee: Debuggee, message: string, at: WordInfo | undefined): Log | { readonly problem: string } {
  const parts: Part[] = [];
  for (const [, text, hole] of message.matchAll(/((?:[^{}\\]|\\.)+)|\{([^{}]*)\}/g)) {
    if (hole === undefined) {
      const plain = text.replace(/\\([{}\\])/g, '$1');
      parts.push(() => plain);
      continue;
    }
    const compiled = compileExpression(debuggee.program, hole, { at });
    if (!('evaluate' in compiled)) return { problem: `{${hole}}: ${compiled[0].message}` };
    parts.push((eye) =>
      orElse(
        look(eye, () => spell(debuggee, compiled.type, compiled.evaluate(eye))),
        '(unreadable)',
      ),
    );
  }
  return { text: (eye) => parts.map((part) => part(eye)).join('') };
}
