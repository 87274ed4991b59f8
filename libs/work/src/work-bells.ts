import { Doorbell } from '@floe/messaging';

/** A doorbell whose ringer is one function: rung once after a transaction that used it many times. */
class Bell extends Doorbell {
  readonly ringer = (): void => this.ring();
}

/** What wakes the workers of this process: something to claim, something to end. */
export class WorkBells {
  readonly claimable = new Bell();
  readonly upkeep = new Bell();
}
