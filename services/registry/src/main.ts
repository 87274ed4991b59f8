import { openStore, otherRegistryOf, runService } from '@floe/service';

import { RegistryModule } from './registry.module.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const store = await openStore(settings);
await runService(settings, store, (parts) => [
  RegistryModule.with(
    { internalToken: settings.internalToken, releaseTo: otherRegistryOf(settings) },
    { ...parts, store },
  ),
]);
