/** Host (and port) of the registry as users write it before a repository. */
export class PublicHost {
  constructor(readonly host: string) {}

  static of(publicUrl: string): PublicHost {
    return new PublicHost(new URL(publicUrl).host);
  }
}
