/** The disk as a source of programs. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The text of a flow file or of a saved run; undefined for what is none or cannot be read. */
export async function readFromDisk(uri: string): Promise<string | undefined> {
  if (!uri.endsWith('.tfw') && !uri.endsWith('.tfwrun')) return undefined;
  try {
    return await readFile(fileURLToPath(uri), 'utf8');
  } catch {
    return undefined;
  }
}
