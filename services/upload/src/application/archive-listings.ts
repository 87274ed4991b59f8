import { Shares } from './shares.ts';

/** What any archive may hold: its sender is counted among the open bodies. */
const FREE_BYTES = 64 * 1_024;
const STEP_BYTES = 1_024 ** 2;

/** The memory for the names and places of the files of archives on their way in: a small body may tell of many. */
export class ArchiveListings extends Shares {
  constructor(most: number, mostOfTeam: number) {
    super('files', most, mostOfTeam);
  }

  /** Of one archive, until it is disposed of. */
  listing(team: string): ArchiveListing {
    return new ArchiveListing(this, team);
  }
}

export class ArchiveListing implements Disposable {
  readonly #held = new DisposableStack();
  #bytes = 0;
  #room = FREE_BYTES;
  #taken = 0;

  constructor(
    private readonly shares: ArchiveListings,
    private readonly team: string,
  ) {}

  /** @throws TeamOverloads, Overloaded */
  grow(bytes: number): void {
    this.#bytes += bytes;
    while (this.#bytes > this.#room) {
      this.#held.use(this.shares.take(this.team, STEP_BYTES, this.#taken));
      this.#taken += STEP_BYTES;
      this.#room += STEP_BYTES;
    }
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}
