import type { BlobStore } from '@floe/storage';
import type { Provider } from '@nestjs/common';

import { ArchiveListings } from './application/archive-listings.ts';
import { ProveLayer } from './application/prove-layer.ts';
import { ReadArchive } from './application/read-archive.ts';
import { type ArchiveSettings, spoolPlaceOf } from './archive-settings.ts';
import { readServingYaml } from './http/serving-yaml.ts';
import { SpooledArchives } from './infrastructure/spooled-archives.ts';

/** What reads archives, within the limits of the settings. */
export function archiveProvider(settings: ArchiveSettings, store: BlobStore): Provider {
  const { archiveMemoryBytes, archiveTeamMemoryBytes } = settings;
  return {
    provide: ReadArchive,
    inject: [ProveLayer],
    useFactory: (proveLayer: ProveLayer) =>
      new SpooledArchives(
        spoolPlaceOf(settings),
        readServingYaml,
        proveLayer,
        store,
        new ArchiveListings(archiveMemoryBytes, archiveTeamMemoryBytes),
      ),
  };
}
