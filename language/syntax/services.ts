/** The language's services: Langium's, with the lexer, parser and names of `.tfw`. */
import {
  createDefaultCoreModule,
  createDefaultSharedCoreModule,
  type DeepPartial,
  DefaultServiceRegistry,
  EmptyFileSystem,
  inject,
  type LangiumCoreServices,
  type LangiumSharedCoreServices,
  type Module,
} from 'langium';
import { type Architecture, platforms } from '../../machine/index.ts';
import { createTypes } from '../check/index.ts';
import { TfwLinker } from '../check/linker.ts';
import { createTables, type Tables } from '../check/tables.ts';
import type { Types } from '../check/types.ts';
import { Uses } from '../workspace/uses.ts';
import { TfwGeneratedModule, TfwGeneratedSharedModule, TfwLanguageMetaData } from './generated/module.ts';
import { TfwLexer } from './lexer.ts';
import { BoundedErrors } from './lexing-errors.ts';
import { TfwParserMessages } from './messages.ts';
import { createTfwParser } from './parser.ts';
import { TfwTokenBuilder } from './token-builder.ts';
import { TfwValueConverter } from './value-converter.ts';

interface TfwAddedServices {
  readonly check: {
    readonly Tables: Tables;
    readonly Types: Types;
  };
  readonly files: {
    readonly Uses: Uses;
  };
}

export type TfwServices = LangiumCoreServices & TfwAddedServices;

const tfwModule = (architecture: Architecture): Module<TfwServices, TfwAddedServices & DeepPartial<LangiumCoreServices>> => ({
  // The parser's own validation knows bounded lookahead only and finds contextual keywords ambiguous.
  LanguageMetaData: () => ({ ...TfwLanguageMetaData, mode: 'production' }),
  parser: {
    Lexer: (services) => new TfwLexer(services),
    LexerErrorMessageProvider: () => new BoundedErrors(),
    TokenBuilder: () => new TfwTokenBuilder(),
    ValueConverter: () => new TfwValueConverter(),
    ParserErrorMessageProvider: () => new TfwParserMessages(),
    // Two tokens tell everything apart, once the lexer has told contextual keywords from names. Langium's recovery guesses;
    // ours replaces what it could not read and parses again.
    ParserConfig: () => ({ recoveryEnabled: false, maxLookahead: 2 }),
    LangiumParser: (services) => createTfwParser(services),
  },
  references: {
    Linker: (services) => new TfwLinker(services),
  },
  check: {
    Tables: (services) => createTables(architecture, services.shared.workspace.LangiumDocumentFactory),
    Types: () => createTypes(architecture),
  },
  files: {
    Uses: () => new Uses(),
  },
});

/** There is one language here, whatever a text is called: one that was never saved has no extension to tell it by. */
class OneLanguage extends DefaultServiceRegistry {
  override getServices(): LangiumCoreServices {
    const [services] = this.all;
    return services;
  }
}

export function createTfwServices(architecture: Architecture = platforms[0].architecture): {
  shared: LangiumSharedCoreServices;
  tfw: TfwServices;
} {
  const shared = inject(createDefaultSharedCoreModule(EmptyFileSystem), TfwGeneratedSharedModule, {
    ServiceRegistry: () => new OneLanguage(),
  });
  const tfw = inject(createDefaultCoreModule({ shared }), TfwGeneratedModule, tfwModule(architecture));
  shared.ServiceRegistry.register(tfw);
  return { shared, tfw };
}
