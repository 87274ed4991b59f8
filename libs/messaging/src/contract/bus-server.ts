import type { Bus } from '../bus.ts';
import type { FaultProxy } from './fault-proxy.ts';

export type OpenBus = Bus & AsyncDisposable;

/** A real server of a bus, as its adapter's tests start it. */
export interface BusServer extends AsyncDisposable {
  /** Printed once: "PostgreSQL 18.4". */
  readonly version: string;
  /** Stands before the server; only what `openThroughProxy` opens goes through it. */
  readonly proxy: FaultProxy;
  /** Topics that do not exist get four partitions. */
  open(): Promise<OpenBus>;
  openThroughProxy(): Promise<OpenBus>;
  /** Ends the server without a goodbye; its data stay. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** A module that calls `runConsumer` with a bus on `address`. */
  readonly consumer: URL;
  readonly address: string;
  /** Longer than a silent member keeps its partitions. */
  readonly silenceMs: number;
}
