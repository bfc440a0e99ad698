/** A file together with everything it uses. */
import { checkDocument } from '../check/check.ts';
import { declareParts } from '../check/parts.ts';
import { diagnostic } from '../check/report.ts';
import { closest } from '../check/suggest.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { File } from '../syntax/generated/ast.ts';
import { rangeOf } from '../syntax/range.ts';
import { parseText, sharedServices, type TfwDocument } from './documents.ts';
import { librarySource, moduleNames } from './library.ts';
import { LIBRARY, targetOf } from './uses.ts';

export interface FileProvider {
  /** Text of a workspace file; undefined if there is none. Library files are never asked for. */
  read(uri: string): string | undefined;
}

export interface ParsedProgram {
  /** The file that was asked for; undefined if it does not exist. */
  readonly main: File | undefined;
  /** It and all that it uses, by URI; it is the first. */
  readonly files: ReadonlyMap<string, File>;
  readonly sources: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Recent {
  readonly uri: string;
  /** What was asked for, and what there was. */
  readonly reads: ReadonlyMap<string, string | undefined>;
  readonly program: ParsedProgram;
}

/** The last program: each of its scenarios, hovers and completions asks for it again while no text has changed. */
let recent: Recent | undefined;

export function parseProgram(uri: string, provider: FileProvider): ParsedProgram {
  if (recent?.uri === uri && [...recent.reads].every(([each, text]) => provider.read(each) === text)) return recent.program;
  const loader = new Loader(provider);
  const program = parseWith(loader, uri);
  recent = { uri, reads: loader.reads, program };
  return program;
}

function parseWith(loader: Loader, uri: string): ParsedProgram {
  const main = loader.load(uri);
  const documents = [...loader.documents.values()];
  const { Uses } = sharedServices().files;
  declareParts(
    documents.map((document) => document.parseResult.value),
    (file) => Uses.visibleFrom(file),
  );
  const diagnostics = documents.flatMap((document) => [...(loader.missing.get(document) ?? []), ...diagnosticsOf(document)]);
  return {
    main: main?.parseResult.value,
    files: new Map([...loader.documents].map(([each, document]) => [each, document.parseResult.value])),
    sources: new Map([...loader.documents].map(([each, document]) => [each, document.textDocument.getText()])),
    diagnostics: main ? diagnostics : [missingFile(uri)],
  };
}

/** Library files never change. */
const libraryDocuments = new Map<string, TfwDocument>();

class Loader {
  readonly documents = new Map<string, TfwDocument>();
  readonly reads = new Map<string, string | undefined>();
  readonly missing = new Map<TfwDocument, Diagnostic[]>();

  constructor(private readonly provider: FileProvider) {}

  load(uri: string): TfwDocument | undefined {
    const known = this.documents.get(uri);
    if (known) return known;
    const document = this.parse(uri);
    if (!document) return undefined;
    this.documents.set(uri, document);
    this.follow(document, uri);
    return document;
  }

  private parse(uri: string): TfwDocument | undefined {
    const inLibrary = uri.startsWith(LIBRARY);
    const known = inLibrary ? libraryDocuments.get(uri) : undefined;
    if (known) return known;
    const text = inLibrary ? librarySource(uri) : this.read(uri);
    if (text === undefined) return undefined;
    const document = parseText(text, uri);
    if (inLibrary) libraryDocuments.set(uri, document);
    return document;
  }

  private read(uri: string): string | undefined {
    const text = this.provider.read(uri);
    this.reads.set(uri, text);
    return text;
  }

  private follow(document: TfwDocument, uri: string): void {
    const used: File[] = [];
    for (const use of document.parseResult.value.uses) {
      const target = targetOf(use, uri);
      // The library knows nothing of any workspace.
      const allowed = target !== undefined && (target.startsWith(LIBRARY) || !uri.startsWith(LIBRARY));
      const found = allowed ? this.load(target) : undefined;
      if (found) used.push(found.parseResult.value);
      else this.miss(document, use);
    }
    sharedServices().files.Uses.declare(document.parseResult.value, used);
  }

  private miss(document: TfwDocument, use: File['uses'][number]): void {
    const suggestion = use.module === undefined ? undefined : closest(use.module, moduleNames());
    const message =
      use.module === undefined
        ? `there is no file \`${use.path}\` in the workspace; write a path beside this file, such as \`"./other.tfw"\``
        : `there is no module \`${use.module}\` in the library`;
    const problem = diagnostic('TFW104', 'error', message, rangeOf(use), suggestion && `use ${suggestion}`);
    this.missing.set(document, [...(this.missing.get(document) ?? []), problem]);
  }
}

/** Nothing is wrong with the library: its tests have checked it, once, where every start would have to wait for that. */
function diagnosticsOf(document: TfwDocument): readonly Diagnostic[] {
  return document.uri.toString().startsWith(LIBRARY) ? [] : checkDocument(document, sharedServices());
}

/** Checks the library itself, as its tests do. */
export function checkLibrary(): readonly Diagnostic[] {
  return moduleNames().flatMap((name) => {
    const uri = `${LIBRARY}${name.replaceAll('.', '/')}.tfw`;
    parseProgram(uri, { read: () => undefined });
    return checkDocument(libraryDocuments.get(uri) as TfwDocument, sharedServices());
  });
}

function missingFile(uri: string): Diagnostic {
  const range = { uri, line: 0, column: 0, endLine: 0, endColumn: 0 };
  return diagnostic('TFW104', 'error', 'the file cannot be read', range);
}
