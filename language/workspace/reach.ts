/** What files a `use` may lead to: those of the workspace, or below the folder of a file that is in none. */

/** Whether the file at `uri` is a flow file below one of the folders, given as URIs. */
export function reaches(folders: readonly string[], uri: string): boolean {
  if (!uri.endsWith('.tfw') || uri.includes('/../') || /%2e%2e/i.test(uri)) return false;
  return folders.some((folder) => uri.startsWith(folder.endsWith('/') ? folder : `${folder}/`));
}

/** The folder that a file stands in. */
export const folderOf = (uri: string): string => uri.slice(0, uri.lastIndexOf('/'));
