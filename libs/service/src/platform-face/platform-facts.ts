import { LAYOUT_VERSION } from '@floe/layers';

/** What `GET /api/v1/platform` tells; addresses and secrets of the parts are not among it. */
export interface PlatformValue {
  readonly version: string;
  readonly publicUrl: string;
  readonly parts: {
    readonly database: 'embedded' | 'postgres';
    readonly bus: 'postgres' | 'kafka';
    readonly store: 'file' | 's3';
    readonly registry: 'own' | 'other';
  };
  readonly limits: { readonly layers: number; readonly waitSeconds: number };
  readonly features: { readonly layout: number; readonly installCommands: boolean };
}

/** What the settings say of the parts. */
interface PartSettings {
  readonly databaseUrl?: string | undefined;
  readonly busUrl?: string | undefined;
  readonly storeUrl?: string | undefined;
  readonly registryUrl?: string | undefined;
}

/** Of the workspace; nothing is published yet. */
const VERSION = '0.0.0';
const MAX_LAYERS = 125;
const LONGEST_WAIT_S = 60;

/** As a value that Nest can inject. */
export class PlatformFacts {
  constructor(readonly value: PlatformValue) {}

  static of(settings: PartSettings, publicUrl: string): PlatformFacts {
    const { databaseUrl, busUrl, storeUrl, registryUrl } = settings;
    return new PlatformFacts({
      version: VERSION,
      publicUrl,
      parts: {
        database: databaseUrl === undefined ? 'embedded' : 'postgres',
        bus: busUrl?.startsWith('kafka://') ? 'kafka' : 'postgres',
        store: storeUrl?.startsWith('s3://') ? 's3' : 'file',
        registry: registryUrl === undefined ? 'own' : 'other',
      },
      limits: { layers: MAX_LAYERS, waitSeconds: LONGEST_WAIT_S },
      features: { layout: LAYOUT_VERSION, installCommands: false },
    });
  }
}
