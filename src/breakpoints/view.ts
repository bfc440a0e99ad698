/** The view Event Breakpoints: a tree of boxes, and the questions by which their conditions are asked for. */
import * as vscode from 'vscode';
import type { EventBreakpointGroup } from '../../debug-adapter/protocol.ts';
import { say } from '../say.ts';
import type { Row } from '../views/row.ts';
import { toTreeItem } from '../views/tree.ts';
import { EventBreakpoints, type EventItem, type Kept, type Wish } from './events.ts';

const storageKey = 'worldstep.eventBreakpoints';

/** As the workspace knows them from the last time. */
export function keptEventBreakpoints(workspace: vscode.Memento): EventBreakpoints {
  return new EventBreakpoints(workspace.get<Kept>(storageKey), (kept) => void workspace.update(storageKey, kept));
}

export class EventTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    readonly breakpoints: EventBreakpoints,
    /** Finds out what there is to stop on. */
    private readonly learn: () => Promise<readonly EventBreakpointGroup[]>,
  ) {
    const view = vscode.window.createTreeView('worldstep.eventBreakpoints', { treeDataProvider: this, manageCheckboxStateManually: true });
    this.subscriptions = [
      view,
      this.changes,
      vscode.Disposable.from(breakpoints.onDidChange(() => this.changes.fire(undefined))),
      view.onDidChangeCheckboxState(({ items }) => {
        for (const [row, state] of items) breakpoints.tick(row.id, state === vscode.TreeItemCheckboxState.Checked);
      }),
    ];
  }

  async rows(): Promise<Row[]> {
    if (!this.breakpoints.known) {
      const groups = await this.learn();
      // A session may have told it meanwhile.
      if (!this.breakpoints.known) this.breakpoints.know(groups);
    }
    return this.breakpoints.rows();
  }

  async getChildren(row?: Row): Promise<Row[]> {
    return row ? [...(row.children?.() ?? [])] : this.rows();
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return toTreeItem(row);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

type Part = keyof Wish;

const questions: Readonly<Record<Part, () => { readonly title: string; readonly prompt: string; readonly placeHolder: string }>> = {
  condition: () => ({
    title: say('Condition'),
    prompt: say('Stops only if this is true. The fields of the event, registers and constants can be used.'),
    placeHolder: say('fid == RMI_REC_ENTER && x1 == 0x8800_0000'),
  }),
  hitCondition: () => ({
    title: say('Hit Count'),
    prompt: say('Stops only on these times: a number, or a comparison with one.'),
    placeHolder: '>= 3',
  }),
  logMessage: () => ({
    title: say('Log Message'),
    prompt: say('Prints this instead of stopping. Expressions stand in braces.'),
    placeHolder: say('called with {x1}'),
  }),
};

/** What commands of the view act on: the row of the menu. */
export type EventCommand = (breakpoints: EventBreakpoints, row: Row | undefined) => void | Promise<void>;

const edit =
  (part: Part): EventCommand =>
  async (breakpoints, row) => {
    const item = row && breakpoints.item(row.id);
    if (!item) return;
    const text = await vscode.window.showInputBox({ ...questions[part](), value: item[part] });
    if (text !== undefined) breakpoints.wish(item.id, { ...wishOf(item), [part]: text.trim() || undefined });
  };

const wishOf = ({ condition, hitCondition, logMessage }: EventItem): Wish => ({
  ...(condition !== undefined && { condition }),
  ...(hitCondition !== undefined && { hitCondition }),
  ...(logMessage !== undefined && { logMessage }),
});

export const eventCommands = {
  'worldstep.editEventCondition': edit('condition'),
  'worldstep.editEventHitCount': edit('hitCondition'),
  'worldstep.editEventLogMessage': edit('logMessage'),

  'worldstep.addEventBreakpoint': async (breakpoints) => {
    const name = await vscode.window.showInputBox({
      title: say('Break on Call, Function or Crossing'),
      prompt: say(
        'A function, a call (smc:), a crossing (el:, world:), a vector (vector:) or an event (event:); * stands for anything, @ says where.',
      ),
      placeHolder: 'smc:RMI_*',
    });
    if (name?.trim()) breakpoints.add({ name: name.trim() });
  },

  'worldstep.addAnotherEventBreakpoint': async (breakpoints, row) => {
    const filter = row && breakpoints.item(row.id)?.filter;
    if (filter === undefined) return;
    const condition = await vscode.window.showInputBox(questions.condition());
    if (condition?.trim()) breakpoints.add({ filter, condition: condition.trim() });
  },

  'worldstep.removeEventBreakpoint': (breakpoints, row) => {
    if (row) breakpoints.remove(row.id);
  },

  'worldstep.resetEventBreakpoints': (breakpoints) => breakpoints.reset(),
} satisfies Record<string, EventCommand>;
