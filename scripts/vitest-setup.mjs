import { generateLibrary } from './generate-library.mjs';

/** Tests read the firmware library as it is on disk now, not as it was at the last build. */
export default function setup() {
  generateLibrary();
}
