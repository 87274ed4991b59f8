import { join } from 'node:path';

import { FakePlatform, temporaryFolder } from '@floe/client/testing';

import { type Ran, runFloe } from './run-floe.ts';

export interface Place {
  readonly platform: FakePlatform;
  readonly folder: string;
  readonly floe: (...words: readonly string[]) => Promise<Ran>;
}

/** A platform, and a folder `Iris` with a model in a home of its own. */
export async function somewhere(): Promise<Place & AsyncDisposable> {
  const platform = await FakePlatform.start();
  const home = await temporaryFolder({ 'Iris/model.onnx': 'bytes' });
  return {
    platform,
    folder: join(home.path, 'Iris'),
    floe: async (...words) => await runFloe(words, { url: platform.url, home: home.path }),
    [Symbol.asyncDispose]: async () => {
      await platform[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}
