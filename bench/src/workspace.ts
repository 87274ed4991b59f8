import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the workspace, whether this runs from src or from dist. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const FLOE = join(root, 'libs/cli/bin/floe.js');
