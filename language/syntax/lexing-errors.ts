/** Ends the reading of a text that has more meaningless characters than anybody wants to hear of: lexing them all takes seconds. */
import { DefaultLexerErrorMessageProvider } from 'langium';
import { MOST } from './problem.ts';

/** Thrown out of the lexer, which has no other way to stop; `offset` is where it was. */
export class Unreadable extends Error {
  constructor(readonly offset: number) {
    super('unreadable');
  }
}

export class BoundedErrors extends DefaultLexerErrorMessageProvider {
  private errors = 0;

  /** A text begins. */
  begin(): void {
    this.errors = 0;
  }

  override buildUnexpectedCharactersMessage(
    ...[, offset]: Parameters<DefaultLexerErrorMessageProvider['buildUnexpectedCharactersMessage']>
  ) {
    if (++this.errors >= MOST) throw new Unreadable(offset);
    // The message is `literals.ts`'s.
    return '';
  }
}
