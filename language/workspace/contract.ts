/**
 * What `language/program/` imports from `../workspace/index.ts` and `../check/index.ts` (note to whoever writes them: these
 * names and shapes are used by compile.ts, link.ts and evaluate.ts as they stand; delete this file once index.ts exports them).
 */
import type { AstNode } from 'langium';
import type { EventKind } from '../../machine/index.ts';
import type { Types } from '../check/types.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { SourceRange } from '../program/program.ts';
import type { Expr, File } from '../syntax/generated/ast.ts';

export interface FileProvider {
  /** Text of a file by URI, or undefined if there is none. `worldstep-lib:` URIs are answered by the library, not by the provider. */
  read(uri: string): string | undefined;
}

export interface Contract {
  parseProgram(
    uri: string,
    files: FileProvider,
  ): {
    readonly main?: File;
    /** Every file by URI, `main` among them. */
    readonly files: ReadonlyMap<string, File>;
    readonly sources: ReadonlyMap<string, string>;
    readonly diagnostics: readonly Diagnostic[];
  };
  /** Parses an expression and resolves its names as if it stood at `container` (set its $container there; refs resolve lazily). */
  parseExpression(
    text: string,
    container: AstNode,
    inScope: { readonly event?: EventKind; readonly firmwareEvent?: string },
  ): { readonly expression: Expr } | { readonly diagnostics: readonly Diagnostic[] };
  /** Zero-based range of a node in its document. */
  rangeOf(node: AstNode): SourceRange;
  /** First paragraph of the `///` comment before a node, '' if none. */
  documentation(node: AstNode): string;
  /** From ../check/index.ts. */
  createTypes(): Types;
}
