import { Overloaded, TeamOverloads, type TooMuch } from '../domain/upload-errors.ts';

/** How much may be on its way into this process at once, of all teams and of one. */
export abstract class Shares {
  readonly #ofTeam = new Map<string, number>();
  #all = 0;

  constructor(
    private readonly what: TooMuch,
    private readonly most: number,
    private readonly mostOfTeam: number,
  ) {}

  /**
   * Counts the amount until it is disposed of. What is larger than a limit goes alone.
   * Throws TeamOverloads, or Overloaded when others have taken the room.
   */
  take(team: string, amount: number): Disposable {
    const ofTeam = this.#ofTeam.get(team) ?? 0;
    if (ofTeam > 0 && ofTeam + amount > this.mostOfTeam) throw new TeamOverloads(team, this.what);
    if (this.#all > 0 && this.#all + amount > this.most) throw new Overloaded(this.what);
    this.#add(team, amount);
    return { [Symbol.dispose]: () => this.#add(team, -amount) };
  }

  #add(team: string, amount: number): void {
    this.#all += amount;
    const ofTeam = (this.#ofTeam.get(team) ?? 0) + amount;
    if (ofTeam > 0) this.#ofTeam.set(team, ofTeam);
    else this.#ofTeam.delete(team);
  }
}

/** Bytes of parts, counted by what their senders announced. */
export class BytesInFlight extends Shares {
  constructor(most: number, mostOfTeam: number) {
    super('bytes', most, mostOfTeam);
  }
}

/** Models and layers that come as whole bodies: each holds files and buffers, however slowly it comes. */
export class OpenBodies extends Shares {
  constructor(most: number, mostOfTeam: number) {
    super('uploads', most, mostOfTeam);
  }
}
