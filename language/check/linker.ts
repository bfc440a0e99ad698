/** Links references through `Resolver`; messages about those that fail are the checker's. */
import { type AstNodeDescription, AstUtils, DefaultLinker, type LinkingError, type ReferenceInfo } from 'langium';
import type { TfwServices } from '../syntax/services.ts';
import { Resolver } from './resolve.ts';

export class TfwLinker extends DefaultLinker {
  private readonly resolver: Resolver;

  constructor(services: TfwServices) {
    super(services);
    this.resolver = new Resolver(services);
  }

  override getCandidate(info: ReferenceInfo): AstNodeDescription | LinkingError {
    const node = this.resolver.resolve(info);
    const name = info.reference.$refText;
    if (!node) return { info, message: `\`${name}\` is not declared` };
    const documentUri = AstUtils.getDocument(node).uri;
    return { node, name, type: node.$type, documentUri, path: '' };
  }
}
