import type { BatchHandler, BusRecord } from './bus.ts';

export type RecordHandler = (record: BusRecord, signal: AbortSignal) => Promise<void>;

/** A batch handler that takes the records one after the other. */
export function eachRecord(handle: RecordHandler): BatchHandler {
  return async (records, signal) => {
    for (const record of records) {
      signal.throwIfAborted();
      await handle(record, signal);
    }
  };
}
