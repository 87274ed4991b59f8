/** What an entry of `payload` may be refused for. */
export type PayloadFault = 'missing' | 'outside' | 'too many patterns' | 'pattern too long';

/** The payload of a serving.yaml names what it cannot. */
export class PayloadInvalid extends Error {
  override readonly name = 'PayloadInvalid';
  readonly fault: PayloadFault;
  readonly what: string;
  readonly hint: string;

  /** @param what is wrong with it: `names …`, `has …` */
  constructor(fault: PayloadFault, what: string, hint: string) {
    super(`the payload of serving.yaml ${what}`);
    this.fault = fault;
    this.what = what;
    this.hint = hint;
  }
}
