/** Tells the client of work that takes long, with a way to give it up: whatever is over soon is not worth a word. */
import type { Work } from './engine/engine.ts';
import type { Session } from './session.ts';

/** Milliseconds after which work is long. */
const SOON = 500;

/** The same work, which a client that can show progress hears of if it takes long. */
export function* reported<T>(session: Session, title: string, work: Work<T>, requestId?: number): Work<T> {
  const { host, client } = session;
  const begun = host.now();
  let progressId: string | undefined;
  try {
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
      if (progressId === undefined && client.showsProgress && host.now() - begun > SOON) {
        progressId = session.nextProgress();
        session.event('progressStart', { progressId, title, cancellable: true, ...(requestId !== undefined && { requestId }) });
      }
      yield;
    }
  } finally {
    work.return(undefined as T);
    if (progressId !== undefined) session.event('progressEnd', { progressId });
  }
}
