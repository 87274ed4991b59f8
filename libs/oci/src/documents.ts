/** A descriptor as it is written in manifests. */
export interface WireDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** An image manifest as it is written; members that Floe does not use are left out. */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly config: WireDescriptor;
  readonly layers: readonly WireDescriptor[];
}

export interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly empty_layer?: boolean;
}

/** An image configuration as it is written (image-spec 1.1, config.md); `config` keeps members unknown here. */
export interface ImageConfig {
  readonly created?: string;
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly config?: {
    readonly WorkingDir?: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly string[] };
  readonly history?: readonly HistoryEntry[];
}
