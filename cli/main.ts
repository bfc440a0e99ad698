/** `worldstep run | test | trace`: the engine without an editor. */
import { version } from '../package.json';
import { main } from './cli.ts';

process.exitCode = main(process.argv.slice(2), {
  cwd: process.cwd(),
  version,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
