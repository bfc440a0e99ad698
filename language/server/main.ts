/**
 * The language server, in a process of its own: errors as one types and their fixes, hovers, completion, outline, go to
 * definition. It speaks the Language Server Protocol over the channel that its arguments name, and keeps nothing but the
 * texts of open files.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type CodeAction,
  CodeActionKind,
  CompletionItemKind,
  createConnection,
  DiagnosticSeverity,
  type DocumentSymbol,
  type InitializeResult,
  type Diagnostic as LspDiagnostic,
  ProposedFeatures,
  type Range,
  SymbolKind,
  TextDocumentSyncKind,
  TextDocuments,
  type TextEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Diagnostic } from '../diagnostics.ts';
import type { SourceRange } from '../program/program.ts';
import type { FileProvider } from '../workspace/index.ts';
import { folderOf, reaches } from '../workspace/reach.ts';
import { type Completion, completionsAt } from './completion.ts';
import { diagnose } from './diagnose.ts';
import { formattingOf, type Lines } from './formatting.ts';
import { hoverAt } from './hover.ts';
import { declarationOf, nameAt } from './names.ts';
import { type OutlineItem, symbolsOf } from './symbols.ts';

const COMPLETION_KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  function: CompletionItemKind.Function,
  variable: CompletionItemKind.Variable,
  constant: CompletionItemKind.Constant,
  field: CompletionItemKind.Field,
  type: CompletionItemKind.Struct,
  module: CompletionItemKind.Module,
  register: CompletionItemKind.Value,
  event: CompletionItemKind.Event,
};
const SYMBOL_KINDS: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  scenario: SymbolKind.Namespace,
  image: SymbolKind.Class,
  platform: SymbolKind.Module,
  function: SymbolKind.Function,
  variable: SymbolKind.Variable,
  constant: SymbolKind.Constant,
  type: SymbolKind.Struct,
  event: SymbolKind.Event,
  view: SymbolKind.Interface,
};

/** Milliseconds of quiet before a changed file is looked at again. */
const PATIENCE = 150;

const connection = createConnection(ProposedFeatures.all);
const documents = new TextDocuments(TextDocument);
let waiting: NodeJS.Timeout | undefined;

/** The workspace's folders; in none, files beside open ones are read. */
let folders: readonly string[] = [];

/** Open files as the editor shows them, all others as the disk has them, as far as a `use` may lead. */
const files: FileProvider = {
  read: (uri) => {
    const open = documents.get(uri);
    if (open) return open.getText();
    const roots = folders.length > 0 ? folders : documents.all().map((document) => folderOf(document.uri));
    if (!reaches(roots, uri)) return undefined;
    try {
      return readFileSync(fileURLToPath(uri), 'utf8');
    } catch {
      return undefined;
    }
  },
};

connection.onInitialize(({ workspaceFolders }) => {
  folders = (workspaceFolders ?? []).map(({ uri }) => uri);
  return CAPABILITIES;
});

const CAPABILITIES: InitializeResult = {
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    hoverProvider: true,
    definitionProvider: true,
    completionProvider: { triggerCharacters: ['.'] },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
    documentSymbolProvider: true,
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
  },
};

// A change may concern every open file that uses the changed one.
documents.onDidChangeContent(() => {
  clearTimeout(waiting);
  waiting = setTimeout(publishAll, PATIENCE);
});
documents.onDidClose(({ document }) => void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] }));

function publishAll(): void {
  for (const { uri } of documents.all()) {
    void connection.sendDiagnostics({ uri, diagnostics: diagnose(files, uri).map(toLsp) });
  }
}

connection.onHover(({ textDocument, position }) => {
  const value = hoverAt(files, textDocument.uri, { line: position.line, column: position.character });
  return value === undefined ? null : { contents: { kind: 'markdown', value } };
});

connection.onDefinition(({ textDocument, position }) => {
  const found = nameAt(files, textDocument.uri, { line: position.line, column: position.character });
  const range = found && declarationOf(found);
  return range ? { uri: range.uri, range: rangeToLsp(range) } : null;
});

connection.onCompletion(({ textDocument, position }) =>
  completionsAt(files, textDocument.uri, { line: position.line, column: position.character }).map(({ kind, ...item }) => ({
    ...item,
    kind: COMPLETION_KINDS[kind],
  })),
);

// What to write instead stands in the diagnostic itself: a fix only has to put it there.
connection.onCodeAction(({ textDocument, context }) =>
  context.diagnostics.flatMap((diagnostic): CodeAction[] => {
    const { suggestion } = (diagnostic.data ?? {}) as { suggestion?: string };
    if (suggestion === undefined) return [];
    const title = suggestion === '' ? 'Leave it out' : `Write \`${suggestion.trim()}\``;
    const edit = { changes: { [textDocument.uri]: [{ range: diagnostic.range, newText: suggestion }] } };
    return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred: true, edit }];
  }),
);

connection.onDocumentFormatting(({ textDocument }) => edits(textDocument.uri));
connection.onDocumentRangeFormatting(({ textDocument, range }) =>
  edits(textDocument.uri, { from: range.start.line, to: range.end.character === 0 ? range.end.line - 1 : range.end.line }),
);

function edits(uri: string, lines?: Lines): TextEdit[] {
  const document = documents.get(uri);
  if (!document) return [];
  return formattingOf(files, uri, lines).map(({ offset, end, text }) => ({
    range: { start: document.positionAt(offset), end: document.positionAt(end) },
    newText: text,
  }));
}

connection.onDocumentSymbol(({ textDocument }) => symbolsOf(files, textDocument.uri).map(symbolToLsp));

function symbolToLsp({ name, kind, range, nameRange, children }: OutlineItem): DocumentSymbol {
  return {
    name,
    kind: SYMBOL_KINDS[kind],
    range: rangeToLsp(range),
    selectionRange: rangeToLsp(nameRange),
    children: children.map(symbolToLsp),
  };
}

function toLsp({ code, severity, message, range, suggestion }: Diagnostic): LspDiagnostic {
  return {
    code,
    source: 'worldstep',
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    message,
    range: rangeToLsp(range),
    ...(suggestion !== undefined && { data: { suggestion } }),
  };
}

function rangeToLsp({ line, column, endLine, endColumn }: SourceRange): Range {
  return { start: { line, character: column }, end: { line: endLine, character: endColumn } };
}

documents.listen(connection);
connection.listen();
