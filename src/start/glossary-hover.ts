/** Explains the glossary's terms where comments and texts of `.tfw` use them. */
import * as vscode from 'vscode';
import { languageId } from '../debug/configuration.ts';
import { parseGlossary, type Term, termAt } from './glossary.ts';

class GlossaryHovers implements vscode.HoverProvider {
  private terms: Promise<Term[]> | undefined;

  constructor(private readonly file: vscode.Uri) {}

  async provideHover(document: vscode.TextDocument, { line, character }: vscode.Position): Promise<vscode.Hover | undefined> {
    this.terms ??= Promise.resolve(vscode.workspace.fs.readFile(this.file)).then((bytes) => parseGlossary(new TextDecoder().decode(bytes)));
    const found = termAt(await this.terms, document.lineAt(line).text, character);
    if (!found) return undefined;
    const { title, text, source } = found.term;
    const markdown = new vscode.MarkdownString(`**${title}** ${text}  \n*${source}*`);
    return new vscode.Hover(markdown, new vscode.Range(line, found.start, line, found.end));
  }
}

export function registerGlossary({ extensionUri }: vscode.ExtensionContext): vscode.Disposable {
  const file = vscode.Uri.joinPath(extensionUri, 'docs/glossary.md');
  return vscode.languages.registerHoverProvider(languageId, new GlossaryHovers(file));
}
