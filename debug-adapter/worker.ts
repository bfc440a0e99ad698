/**
 * Where Node starts the adapter's thread. Messages of the Debug Adapter Protocol go in and out as plain objects; whoever
 * started the thread ends it.
 *
 * Files are read from the disk. A client whose files are elsewhere (in editors that have not saved, on another machine)
 * starts the thread with `workerData: { files: 'client' }` and answers the questions that `FileQuestion` describes.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { readFromDisk } from './files.node.ts';
import type { FileAnswer, FileQuestion, WorkerOptions } from './protocol.ts';
import { Session } from './session.ts';

const port = parentPort;
if (!port) throw new Error('this file is for worker threads');

const { files = 'disk' } = (workerData ?? {}) as WorkerOptions;
const asked = new Map<number, (text: string | undefined) => void>();
let lastQuestion = 0;

function askClient(uri: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const question: FileQuestion = { type: 'worldstep/readFile', id: ++lastQuestion, uri };
    asked.set(question.id, resolve);
    port?.postMessage(question);
  });
}

const session = new Session({
  read: files === 'client' ? askClient : readFromDisk,
  later: (task) => void setImmediate(task),
  now: () => performance.now(),
  failed: (error) => console.error(error),
});

session.onDidSendMessage((message) => port.postMessage(message));
port.on('message', (message: DebugProtocol.ProtocolMessage | FileAnswer) => {
  if (message?.type !== 'worldstep/file') return session.handleMessage(message as DebugProtocol.ProtocolMessage);
  const { id, text } = message as FileAnswer;
  asked.get(id)?.(text);
  asked.delete(id);
});
