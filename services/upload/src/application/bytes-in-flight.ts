import { Overloaded, TeamOverloads } from '../domain/upload-errors.ts';

/** How many bytes of parts may be on their way into this process, counted by what their senders announced. */
export class BytesInFlight {
  readonly #ofTeam = new Map<string, number>();
  #all = 0;

  constructor(
    private readonly most: number,
    private readonly mostOfTeam: number,
  ) {}

  /**
   * Counts the bytes until it is disposed of. A part that is larger than a limit goes alone.
   * Throws TeamOverloads, or Overloaded when others have taken the room.
   */
  take(team: string, bytes: number): Disposable {
    const ofTeam = this.#ofTeam.get(team) ?? 0;
    if (ofTeam > 0 && ofTeam + bytes > this.mostOfTeam) throw new TeamOverloads(team);
    if (this.#all > 0 && this.#all + bytes > this.most) throw new Overloaded();
    this.#add(team, bytes);
    return { [Symbol.dispose]: () => this.#add(team, -bytes) };
  }

  #add(team: string, bytes: number): void {
    this.#all += bytes;
    const ofTeam = (this.#ofTeam.get(team) ?? 0) + bytes;
    if (ofTeam > 0) this.#ofTeam.set(team, ofTeam);
    else this.#ofTeam.delete(team);
  }
}
