/** The views of this debugger: what they ask for at a stop, their filters, and when they come to the front by themselves. */
import * as vscode from 'vscode';
import { ask, type Stop, type Stops } from '../debug/stops.ts';
import { say } from '../say.ts';
import { type AddressRange, parseRange } from './address.ts';
import { enclaveRows, type Said, saidBy } from './enclaves.ts';
import { eventRows } from './events.ts';
import { tagRows } from './pas-tags.ts';
import type { Row } from './row.ts';
import { StopTree } from './tree.ts';
import { worldRows } from './worlds.ts';

/** Rows that a view asks for at once; *Show more* asks for as many again. */
const page = 500;

/** A filter as the user typed it, and what it means. */
class Filter<T> {
  text = '';

  constructor(
    private readonly contextKey: string,
    private readonly read: (text: string) => T | undefined,
  ) {}

  get value(): T | undefined {
    return this.text === '' ? undefined : this.read(this.text);
  }

  /** Answers whether it changed. */
  async ask(options: { title: string; prompt: string; wrong?: string }): Promise<boolean> {
    const { wrong, ...shown } = options;
    const validateInput = (text: string) => (text.trim() === '' || this.read(text) !== undefined ? undefined : wrong);
    const text = await vscode.window.showInputBox({ ...shown, value: this.text, validateInput });
    return text !== undefined && this.set(text.trim());
  }

  set(text: string): boolean {
    if (text === this.text) return false;
    this.text = text;
    void vscode.commands.executeCommand('setContext', this.contextKey, text !== '');
    return true;
  }
}

export class Views implements vscode.Disposable {
  private readonly tagFilter = new Filter<AddressRange>('worldstep.tagsFiltered', parseRange);
  private readonly eventFilter = new Filter<string>('worldstep.eventsFiltered', (text) => text);
  private tagPages = 1;
  private eventPages = 1;
  /** What the rows of Enclaves said at this stop and at the one before. */
  private readonly said: { enclaves?: { session: string; step: number; now: Said; before?: Said } } = {};
  readonly worlds: StopTree;
  readonly pasTags: StopTree;
  readonly enclaves: StopTree;
  readonly events: StopTree;
  private readonly subscriptions: vscode.Disposable[];

  constructor(stops: Stops, introduced: vscode.Memento) {
    this.worlds = new StopTree(
      { id: 'worldstep.worlds', rows: askWorlds, description: ({ position }) => say('step {0}', position.step) },
      stops,
    );
    this.pasTags = new StopTree(
      { id: 'worldstep.pasTags', rows: (stop) => this.askTags(stop), description: () => filtered(this.tagFilter) },
      stops,
    );
    this.events = new StopTree(
      { id: 'worldstep.events', rows: (stop) => this.askEvents(stop), description: () => filtered(this.eventFilter), shown: showNewest },
      stops,
    );
    this.enclaves = new StopTree({ id: 'worldstep.enclaves', rows: (stop) => this.askEnclaves(stop) }, stops);
    const introduction = stops.onDidChange((stop) => stop && this.introduce(introduced));
    this.subscriptions = [this.worlds, this.pasTags, this.enclaves, this.events, introduction];
  }

  async filterTags(): Promise<void> {
    const prompt = say('An address, or two with a dash, or an address and a size: 0x8800_0000, 0x8000_0000-0x8fff_ffff, 0x8800_0000+2MiB');
    const wrong = say('This is no address and no range of addresses.');
    if (await this.tagFilter.ask({ title: say('Show PAS Tags Of'), prompt, wrong })) this.pasTags.refresh();
  }

  async filterEvents(): Promise<void> {
    const prompt = say('Shows events whose kind or text contains this');
    if (await this.eventFilter.ask({ title: say('Filter Events'), prompt })) this.events.refresh();
  }

  showAllTags(): void {
    if (this.tagFilter.set('')) this.pasTags.refresh();
  }

  showAllEvents(): void {
    if (this.eventFilter.set('')) this.events.refresh();
  }

  showMoreTags(): void {
    this.tagPages++;
    this.pasTags.refresh();
  }

  showEarlierEvents(): void {
    this.eventPages++;
    this.events.refresh();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async askTags({ session, first }: Stop): Promise<Row[]> {
    const range = this.tagFilter.value;
    const limits = range && { from: `0x${range.from.toString(16)}`, to: `0x${range.to.toString(16)}` };
    return tagRows(await ask(session, 'worldstep/tags', { start: 0, count: this.tagPages * page, ...limits }), !first);
  }

  /** The newest ones: how many there are has to be known first. */
  private async askEvents({ session }: Stop): Promise<Row[]> {
    const filter = this.eventFilter.value;
    const { total } = await ask(session, 'worldstep/events', { start: 0, count: 1, filter });
    const start = Math.max(0, total - this.eventPages * page);
    const { events } = await ask(session, 'worldstep/events', { start, count: total - start, filter });
    return eventRows(events, start);
  }

  private async askEnclaves({ session, position, first }: Stop): Promise<Row[]> {
    const { views } = await ask(session, 'worldstep/views', {});
    const { enclaves } = this.said;
    if (first || enclaves?.session !== session.id) this.said.enclaves = { session: session.id, step: position.step, now: saidBy(views) };
    else if (enclaves.step !== position.step)
      this.said.enclaves = { ...enclaves, step: position.step, now: saidBy(views), before: enclaves.now };
    return enclaveRows(views, this.said.enclaves?.before);
  }

  /** Contributed views start collapsed: the first session of a user opens them, from then on they stay as the user leaves them. */
  private async introduce(introduced: vscode.Memento): Promise<void> {
    if (
      introduced.get('worldstep.introduced') ||
      !vscode.workspace.getConfiguration('worldstep').get<boolean>('openViewsAtFirstStop', true)
    )
      return;
    await introduced.update('worldstep.introduced', true);
    for (const { id } of [this.events, this.worlds, this.pasTags]) {
      await vscode.commands.executeCommand(`${id}.focus`, { preserveFocus: true });
    }
  }
}

async function askWorlds({ session }: Stop): Promise<Row[]> {
  return worldRows((await ask(session, 'worldstep/worlds', {})).entries);
}

const filtered = ({ text }: { readonly text: string }) => (text === '' ? undefined : say('filtered: {0}', text));

/** Scrolls to the end, where the news are. */
function showNewest(view: vscode.TreeView<Row>, rows: readonly Row[]): void {
  const newest = rows.at(-1);
  if (newest && view.visible) void view.reveal(newest, { select: false, focus: false }).then(undefined, () => {});
}
