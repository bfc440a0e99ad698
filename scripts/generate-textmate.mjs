// Writes the TextMate grammar of .tfw. Langium's own would colour contextual keywords wherever they stand, although
// `event`, `size` or `image` may also be a variable: here each is coloured only in the constructs that it introduces.
import { readFileSync, writeFileSync } from 'node:fs';
import { at, isMain } from './lib/project.mjs';

const output = at('syntaxes/tfw.tmLanguage.json');

const scoped = (name) => `${name}.tfw`;
const numbered = (names) => Object.fromEntries(names.map((name, i) => [i + 1, { name: scoped(name) }]));
/** A pattern whose groups have scopes of their own, in order. */
const groups = (match, ...names) => ({ match, captures: numbered(names) });
const plain = (name, match) => ({ name: scoped(name), match });

const KEYWORD = 'keyword.control';
const DECLARATION = 'storage.type';
const NAME = 'entity.name';
const WORD = '[A-Za-z_]\\w*';
const STATE = '[A-Za-z_][\\w.]*';
/** Where a declaration or statement can start. */
const START = '(?:^|(?<=[{;])|(?<==>))\\s*';
/** What cannot follow a keyword, but may follow a name. */
const NO_NAME = '(?!\\s*(?:[=.\\[:,)\\]+/%|^<>]|as\\b|[-&*]=|&&|!=))';

const comments = [
  plain('comment.line.documentation', '///.*$'),
  plain('comment.line.double-slash', '//.*$'),
  { name: scoped('comment.block'), begin: '/\\*', end: '\\*/' },
];

const strings = [
  {
    name: scoped('string.quoted.double'),
    begin: '"',
    end: '"|$',
    patterns: [
      plain('constant.character.escape', '\\\\.'),
      { name: scoped('meta.embedded'), begin: '\\{', end: '\\}|(?=")|$', patterns: [{ include: '#expressions' }] },
    ],
  },
];

/** Contextual keywords, each in its own constructs. */
const contextual = [
  groups(`${START}(use)\\s+(${STATE}|(?="))`, KEYWORD, `${NAME}.namespace`),
  groups(`${START}(image)\\s+(${WORD})\\s+(in)\\s+(${STATE})`, DECLARATION, `${NAME}.class`, KEYWORD, 'constant.language.state'),
  groups(`${START}(part)\\s+(of)\\s+(${WORD})`, DECLARATION, KEYWORD, `${NAME}.class`),
  groups(`${START}(scenario)(?=\\s*")`, DECLARATION),
  groups(`(?<=")\\s*(on)\\s+(${WORD})`, KEYWORD, `${NAME}.class`),
  groups(`${START}(platform)\\s+(${WORD})\\s+(on|extends)\\s+(${WORD})`, DECLARATION, `${NAME}.class`, KEYWORD, `${NAME}.class`),
  groups(`${START}(vector|entry)\\s+(${WORD})(?=\\s*\\{)`, DECLARATION, `${NAME}.function`),
  groups(`${START}(event)\\s+(${WORD})(?=\\s*[({])`, DECLARATION, `${NAME}.type.event`),
  groups(`${START}(bits)\\s+(${WORD})\\s*(?=:)`, DECLARATION, `${NAME}.struct`),
  groups(`${START}(arg)\\s+(${WORD})\\s*(?=[:=])`, DECLARATION, `${NAME}.constant`),
  groups(`${START}(secret)\\s+(${WORD})\\s*(?=:)`, DECLARATION, `${NAME}.constant`),
  groups('\\b(known)\\s+(to)\\b', KEYWORD, KEYWORD),
  groups(`${START}(seeds)(?=\\s+\\d)`, KEYWORD),
  groups('\\b(from)\\s+(reset)\\b', KEYWORD, KEYWORD),
  groups(`\\b(secondaries)\\s+(${WORD})`, KEYWORD, `${NAME}.function`),
  groups(`${START}(view)\\s+(${WORD})(?=\\s*(?:["(]|in\\b))`, DECLARATION, `${NAME}.type.view`),
  groups(`\\b(children)\\s+(view)\\s+(${WORD})`, KEYWORD, KEYWORD, `${NAME}.type.view`),
  groups(`${START}(item)(?=\\s*")`, KEYWORD),
  groups(`(?<=")\\s*(icon)\\s+([\\w-]+)(?:\\s+(state|at)\\b)?`, KEYWORD, 'constant.language.icon', KEYWORD),
  groups('(?<=")\\s*(state|at)\\s+(?=[\\w(&*])', KEYWORD),
  groups(`\\b(where)\\b${NO_NAME}(?=\\s+[\\w(!*])`, KEYWORD),
  groups('\\b(at)\\s+(?!as\\b|in\\b)(?=\\w)', KEYWORD),
  groups(`${START}(guarded)(?=\\s*\\{)`, KEYWORD),
  groups('\\b(suspend)(?=\\s*\\()', KEYWORD),
  groups(`${START}(resume)(?=\\s*\\()`, KEYWORD),
  groups(`${START}(window)\\s+(${WORD})\\s+(at)\\b`, DECLARATION, 'storage.modifier.space', KEYWORD),
  groups(`${START}(memory)\\s+(${WORD})\\s+(at)\\b`, DECLARATION, `${NAME}.constant`, KEYWORD),
  groups(`${START}(load)\\s+(${WORD})\\s+(at)\\b`, KEYWORD, `${NAME}.class`, KEYWORD),
  groups(`\\b(replaces)\\s+(${WORD})`, KEYWORD, `${NAME}.class`),
  groups(`${START}(payload)\\s+(${STATE})\\s+(at)\\b`, KEYWORD, 'constant.language.state', KEYWORD),
  groups(`\\b(entry)\\s+(${WORD})(?=\\.)`, KEYWORD, `${NAME}.class`),
  groups(`${START}(core)\\s+(\\d+)\\s+(runs)\\s+(${WORD})`, KEYWORD, 'constant.numeric', KEYWORD, `${NAME}.class`),
  groups(`${START}(cores)\\s+(\\d+)`, KEYWORD, 'constant.numeric'),
  groups(`${START}(expect)\\s+(event|never)\\s+(${WORD})`, KEYWORD, KEYWORD, `${NAME}.type.event`),
  groups(`${START}(expect)\\b${NO_NAME}`, KEYWORD),
  groups(`${START}(finish)\\b(?=\\s*(?:$|[;}]|//|/\\*))`, KEYWORD),
  groups(`${START}(panic)(?=\\s*\\()`, KEYWORD),
  groups(`\\b(struct)\\s+(${WORD})(?:\\s+(size))?`, DECLARATION, `${NAME}.struct`, KEYWORD),
  groups('(->)\\s*(never)\\b', 'keyword.operator', 'support.type.primitive'),
  groups('(\\*)\\s*(ns|secure|realm|root)\\s+(?=[\\w*\\[])', 'keyword.operator', 'storage.modifier.space'),
];

const reserved = [
  groups(`\\b(fn)\\s+(${WORD})`, DECLARATION, `${NAME}.function`),
  groups(`\\b(enum)\\s+(${WORD})`, DECLARATION, `${NAME}.enum`),
  plain(DECLARATION, '\\b(?:fn|let|var|const|enum|struct)\\b'),
  plain(KEYWORD, '\\b(?:if|else|while|for|in|match|return|break|continue|as)\\b'),
  plain('keyword.operator.sizeof', '\\bsizeof\\b'),
  plain('constant.language', '\\b(?:true|false)\\b'),
];

const names = [
  plain('constant.numeric', '\\b(?:0x[0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*)(?:[ \\t]*[KMGT]iB\\b)?'),
  groups('\\b(NS|Secure|Realm|Root)\\.(EL[0-3])\\b', 'constant.language.state', 'constant.language.state'),
  plain('variable.language.register', '\\b(?:[A-Z][A-Z0-9_]*_EL[0-3]|x(?:[12]?[0-9]|30)|SPSel)\\b'),
  plain('support.type.primitive', '\\b(?:u8|u16|u32|u64|bool)\\b'),
  plain('constant.other', '\\b[A-Z][A-Z0-9_]+\\b'),
  plain('entity.name.type', '\\b[A-Z][A-Za-z0-9]*\\b'),
  plain('entity.name.function', `\\b${WORD}(?=\\s*\\()`),
  plain('keyword.operator', '->|=>|&&|\\|\\||[-+*/%&|^]=|<<=?|>>=?|[=!<>]=|[-+*/%&|^~!<>=#]|\\.\\.'),
];

const grammar = {
  name: 'tfw',
  scopeName: 'source.tfw',
  fileTypes: ['tfw'],
  patterns: [{ include: '#expressions' }],
  repository: {
    expressions: { patterns: [...comments, ...strings, ...contextual, ...reserved, ...names] },
  },
};

export function generateTextMate() {
  const text = `${JSON.stringify(grammar, undefined, 2)}\n`;
  if (readFileSync(output, { encoding: 'utf8', flag: 'a+' }) !== text) writeFileSync(output, text);
}

if (isMain(import.meta.url)) generateTextMate();
