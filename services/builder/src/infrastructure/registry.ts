import { DistributionClient, type Transport } from '@floe/oci';

export interface RegistryAddress {
  readonly url: string;
  /** Value of the `Authorization` header. */
  readonly authorization?: string | undefined;
  /** Requests that may get no usable answer before an attempt of the build ends; 8 take about 12 s. */
  readonly attempts?: number;
  /** It is Floe's own: it links what the store has, and takes no manifest without what that refers to. */
  readonly own?: boolean;
  /** Over the network unless said. */
  readonly transport?: Transport;
}

/** The registry that takes the images. */
export class Registry {
  readonly host: string;

  constructor(private readonly address: RegistryAddress) {
    this.host = new URL(address.url).host;
  }

  repository(repository: string): DistributionClient {
    const { url, authorization, transport, attempts = 8 } = this.address;
    return new DistributionClient({
      url,
      repository,
      attempts,
      ...(authorization !== undefined && { authorization }),
      ...(transport !== undefined && { transport }),
    });
  }

  get own(): boolean {
    return this.address.own ?? false;
  }

  /** Resolves when it answers. */
  ping(signal: AbortSignal): Promise<void> {
    return this.repository('ping').ping(signal);
  }
}
