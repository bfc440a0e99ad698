/** Texts that people read, in their language: VS Code's translation where it runs, the text itself elsewhere. */

type Value = string | number | boolean;
type Translate = (text: string, ...values: Value[]) => string;

/** `{0}` stands for the first value, as in `vscode.l10n.t`. */
const untranslated: Translate = (text, ...values) =>
  text.replace(/\{(\d+)\}/g, (placeholder, index) => String(values[Number(index)] ?? placeholder));

let translate: Translate = untranslated;

export const say: Translate = (text, ...values) => translate(text, ...values);

/** Called once, when the extension starts. */
export function speakWith(translator: Translate): void {
  translate = translator;
}
