import { join } from 'node:path';

import { main } from '../main.ts';

export interface Ran {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Runs one command in this process, as in a pipe, against a platform and a home of its own. */
export async function runFloe(
  words: readonly string[],
  { url, home }: { readonly url?: string; readonly home: string },
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    live: undefined,
    paint: (_: string, text: string) => text,
  };
  const settings = {
    url,
    token: undefined,
    configFile: join(home, 'config.json'),
    cacheFolder: join(home, 'cache'),
    noColour: true,
  };
  return { code: await main(words, terminal, settings, signal), out, err };
}
