/** What was looked at. */
export type Check = 'versions' | 'images' | 'aliases' | 'builds' | 'services';

/** A promise of the platform that does not hold. */
export interface Finding {
  readonly check: Check;
  /** What it was found at, such as `team/name:3`. */
  readonly subject: string;
  readonly message: string;
}

export interface Counts {
  models: number;
  versions: number;
  blobs: number;
  /** Of the blobs that were read to their ends. */
  hashedBytes: number;
  aliases: number;
  openBuilds: number;
  services: number;
}

/** What a verification found, and how much it looked at. */
export class Report {
  readonly findings: Finding[] = [];
  /** What could not be looked at, a line each. */
  readonly notes: string[] = [];
  readonly counts: Counts = {
    models: 0,
    versions: 0,
    blobs: 0,
    hashedBytes: 0,
    aliases: 0,
    openBuilds: 0,
    services: 0,
  };

  add(check: Check, subject: string, message: string): void {
    this.findings.push({ check, subject, message });
  }

  get ok(): boolean {
    return this.findings.length === 0;
  }
}
