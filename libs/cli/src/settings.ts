import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the environment says to the command line. */
export interface Settings {
  /** Wins over the current cluster. */
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly configFile: string;
  readonly cacheFolder: string;
  readonly noColour: boolean;
}

/** Reads `FLOE_URL`, `FLOE_TOKEN`, `XDG_CONFIG_HOME`, `XDG_CACHE_HOME`, `NO_COLOR`; empty is as good as absent. */
export function readSettings(): Settings {
  const env = process.env;
  return {
    url: env['FLOE_URL'] || undefined,
    token: env['FLOE_TOKEN'] || undefined,
    configFile: join(folder(env['XDG_CONFIG_HOME'], '.config'), 'config.json'),
    cacheFolder: folder(env['XDG_CACHE_HOME'], '.cache'),
    noColour: (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb',
  };
}

function folder(value: string | undefined, fallback: string): string {
  return join(value || join(homedir(), fallback), 'floe');
}
