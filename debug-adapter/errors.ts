/** Every way in which a request can fail, by number, as the protocol's error responses carry them. */
export const ERRORS = {
  malformed: { id: 2001, summary: 'The request is not one of the protocol, or an argument is missing or of the wrong type.' },
  unknownRequest: { id: 2002, summary: 'The adapter does not know the request.' },
  notInitialized: { id: 2003, summary: 'The first request must be `initialize`, and there is one only.' },
  notLaunched: {
    id: 2004,
    summary: 'The request needs a program, and none is being debugged: before `launch`, or after the end of the session.',
  },
  alreadyLaunched: { id: 2005, summary: 'The session has its program already.' },
  notStopped: { id: 2006, summary: 'The request needs the program to be stopped.' },
  cancelled: { id: 2007, summary: 'The request was cancelled.' },
  stale: { id: 2008, summary: 'The frame or variable belongs to an earlier stop, or never existed.' },
  unknownThread: { id: 2009, summary: 'There is no such core.' },
  unknownSource: { id: 2010, summary: 'No program was made of such a source.' },
  compile: { id: 2011, summary: 'The program does not compile.' },
  expression: { id: 2012, summary: 'The expression cannot be evaluated.' },
  noException: { id: 2013, summary: 'The program did not stop on a fault.' },
  address: { id: 2014, summary: 'The text is no address, or no memory answers there.' },
  runFile: { id: 2015, summary: 'The file is no saved run, or not one of this program.' },
  internal: { id: 2099, summary: 'The adapter failed. This is a bug of ours.' },
} as const;

export type ErrorName = keyof typeof ERRORS;

/** Ends a request: the client gets `message` as the error. */
export class RequestError extends Error {
  constructor(
    readonly kind: ErrorName,
    message: string = ERRORS[kind].summary,
    /** Whether the client should show it to the user, rather than log it. */
    readonly show = false,
  ) {
    super(message);
  }
}
