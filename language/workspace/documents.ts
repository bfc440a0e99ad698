/** Parsed files, ready to be linked; library files are parsed and linked once. */
import { DocumentState, type LangiumDocument, URI } from 'langium';
import type { File } from '../syntax/generated/ast.ts';
import type { TfwParseResult } from '../syntax/parser.ts';
import { createTfwServices, type TfwServices } from '../syntax/services.ts';

export type TfwDocument = LangiumDocument<File> & { readonly parseResult: TfwParseResult<File> };

let services: TfwServices | undefined;

/** The services that programs are made with: one set, since building a parser takes longer than using it. */
export const sharedServices = (): TfwServices => (services ??= createTfwServices().tfw);

export function parseText(text: string, uri: string): TfwDocument {
  const { LangiumDocumentFactory } = sharedServices().shared.workspace;
  const document = LangiumDocumentFactory.fromString<File>(text, URI.parse(uri)) as TfwDocument;
  // References resolve themselves when they are first followed, by maps that need no preparation.
  document.state = DocumentState.ComputedScopes;
  return document;
}
