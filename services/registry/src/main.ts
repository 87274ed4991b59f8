import { fileURLToPath } from 'node:url';

import { runService } from '@floe/service';
import { FileBlobStore } from '@floe/storage';

import { RegistryModule } from './registry.module.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const store = await FileBlobStore.open(fileURLToPath(settings.storeUrl));
await runService(settings, (parts) =>
  RegistryModule.with({ internalToken: settings.internalToken }, { ...parts, store }),
);
