/**
 * What one can stop on besides lines: kinds of events as the adapter lists them, ticked or not, and breakpoints of one's own
 * on events, calls and data, with a condition, a hit count, a log message or a core. Without VS Code, so that tests can read it.
 */
import type { EventBreakpoint, EventBreakpointGroup, EventBreakpointState } from '../../debug-adapter/protocol.ts';
import { say } from '../say.ts';
import type { Row } from '../views/row.ts';

/** What may be added to a breakpoint, in the order in which it is tested. */
export interface Wish {
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

/** One line of the tree that can be ticked. The main line of a kind of event has the event's `filter` as its id. */
export interface EventItem extends Wish {
  readonly id: string;
  readonly enabled: boolean;
  readonly filter?: string;
  readonly name?: string;
  readonly dataId?: string;
  readonly access?: EventBreakpoint['access'];
  /** Shown instead of what `filter` or `name` would say. */
  readonly label?: string;
}

/** What is kept of a workspace: only what differs from how everything begins. */
export interface Kept {
  readonly items: readonly EventItem[];
  readonly added: number;
}

export class EventBreakpoints {
  private groups: readonly EventBreakpointGroup[] = [];
  private items: ReadonlyMap<string, EventItem>;
  private added: number;
  private states: ReadonlyMap<string, EventBreakpointState> = new Map();
  private readonly listeners = new Set<(changed: 'wishes' | 'states') => void>();

  constructor(
    kept: Kept | undefined,
    private readonly keep: (kept: Kept) => void = () => {},
  ) {
    this.items = new Map(kept?.items.map((item) => [item.id, item]));
    this.added = kept?.added ?? 0;
  }

  /** `wishes`: the adapter has to hear of it. */
  onDidChange(listener: (changed: 'wishes' | 'states') => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  /** What there is to stop on; until it is known, nothing is. */
  know(groups: readonly EventBreakpointGroup[]): void {
    this.groups = groups;
    this.fire('states');
  }

  get known(): boolean {
    return this.groups.length > 0;
  }

  /** The line with that id: of a kind of event, its main line, or one of the user's own. */
  item(id: string): EventItem | undefined {
    const kept = this.items.get(id);
    if (kept) return kept;
    const entry = this.groups.flatMap(({ events }) => events).find(({ filter }) => filter === id);
    return entry && { id, filter: id, enabled: entry.on };
  }

  tick(id: string, enabled: boolean): void {
    const item = this.item(id);
    if (item) this.put({ ...item, enabled });
  }

  /** Replaces the conditions of a line, and ticks it: nobody describes what is not to happen. */
  wish(id: string, wish: Wish): void {
    const item = this.item(id);
    if (!item) return;
    const { condition: _c, hitCondition: _h, logMessage: _l, ...rest } = item;
    this.put({ ...rest, ...wish, enabled: true });
  }

  add(wanted: Omit<EventItem, 'id' | 'enabled'>): EventItem {
    this.added++;
    const item = { id: `own ${this.added}`, enabled: true, ...wanted };
    this.put(item);
    return item;
  }

  remove(id: string): void {
    const items = new Map(this.items);
    if (items.delete(id)) this.change(items);
  }

  /** Everything as it is at first. */
  reset(): void {
    this.change(new Map());
  }

  /** What the adapter is told; `answer` takes its states back, in the same order. */
  get wanted(): { readonly ids: readonly string[]; readonly breakpoints: readonly EventBreakpoint[] } {
    const items = this.all().filter(({ enabled }) => enabled);
    return {
      ids: items.map(({ id }) => id),
      breakpoints: items.map(({ id: _id, enabled: _enabled, label: _label, ...breakpoint }) => breakpoint),
    };
  }

  answer(ids: readonly string[], states: readonly EventBreakpointState[]): void {
    this.states = new Map(ids.flatMap((id, i) => (states[i] ? [[id, states[i]] as const] : [])));
    this.fire('states');
  }

  /** Without a session, nobody knows what is wrong with a breakpoint. */
  forget(): void {
    this.states = new Map();
    this.fire('states');
  }

  rows(): Row[] {
    const own = this.own().filter(({ filter }) => filter === undefined);
    return [
      ...(own.length > 0 ? [ownGroup(own.map((item) => this.itemRow(item)))] : []),
      ...this.groups.map(({ label, events }) => {
        const children = events.flatMap(({ filter, label: name, description }) => {
          const main = this.item(filter) ?? { id: filter, enabled: false };
          const others = this.own().filter((item) => item.filter === filter);
          return [this.itemRow(main, name, description), ...others.map((item) => this.itemRow(item, name, description))];
        });
        const ticked = children.filter(({ checked }) => checked).length;
        return {
          id: `group ${label}`,
          label,
          ...(ticked > 0 && { description: say('{0} of {1}', ticked, children.length) }),
          open: true,
          children: () => children,
        };
      }),
    ];
  }

  private own(): EventItem[] {
    return [...this.items.values()].filter(({ id, filter }) => id !== filter);
  }

  private all(): EventItem[] {
    const main = this.groups.flatMap(({ events }) => events.flatMap(({ filter }) => this.item(filter) ?? []));
    return [...main, ...this.own()];
  }

  private itemRow(item: EventItem, name = item.label ?? item.name ?? item.filter ?? '', about = name): Row {
    const state = item.enabled ? this.states.get(item.id) : undefined;
    const problem = state && !state.verified ? state.message : undefined;
    const wishes = [
      item.condition && say('when {0}', item.condition),
      item.hitCondition && say('hits {0}', item.hitCondition),
      item.logMessage && say('logs {0}', item.logMessage),
    ].filter((text) => text);
    return {
      id: item.id,
      label: item.label ?? name,
      ...((problem || wishes.length > 0) && { description: [...(problem ? [problem] : []), ...wishes].join(' · ') }),
      tooltip: [about, ...wishes, ...(problem ? [problem] : [])].join('\n'),
      checked: item.enabled,
      kind: item.id === item.filter ? 'eventKind' : 'ownBreakpoint',
      ...(problem && { icon: { id: 'warning', color: 'list.warningForeground' } }),
    };
  }

  private put(item: EventItem): void {
    this.change(new Map(this.items).set(item.id, item));
  }

  private change(items: ReadonlyMap<string, EventItem>): void {
    this.items = items;
    this.keep({ items: [...items.values()], added: this.added });
    this.fire('wishes');
  }

  private fire(changed: 'wishes' | 'states'): void {
    for (const listener of this.listeners) listener(changed);
  }
}

function ownGroup(children: readonly Row[]): Row {
  return { id: 'own', label: say('Calls, functions and data'), open: true, children: () => children };
}
