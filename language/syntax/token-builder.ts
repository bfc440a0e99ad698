/** Contextual keywords are also identifiers: their token types belong to the category `ID`. */
import { DefaultTokenBuilder } from 'langium';
import { isContextualKeyword } from './tokens.ts';

type BuildKeyword = DefaultTokenBuilder['buildKeywordToken'];

export class TfwTokenBuilder extends DefaultTokenBuilder {
  protected override buildKeywordToken(...[keyword, terminals, caseInsensitive]: Parameters<BuildKeyword>): ReturnType<BuildKeyword> {
    const type = super.buildKeywordToken(keyword, terminals, caseInsensitive);
    if (isContextualKeyword(keyword.value)) type.CATEGORIES = terminals.filter((terminal) => terminal.name === 'ID');
    return type;
  }
}
