import { inTrace, traceFrom } from '@floe/trace';

import { buildOf } from './build-of.ts';
import type { BusRecord } from './bus.ts';
import { type CloudEvent, cloudEventOf } from './cloud-event.ts';
import { decodedOnce } from './decoded-once.ts';
import type { FactType } from './fact-type.ts';
import type { Delivery, Effect, Transaction } from './inbox.ts';

/** Of a whole fact; what stands on a topic is smaller. */
const VALUE_LIMIT_BYTES = 64 * 1024 * 1024;

/** What is known of a fact besides the fact. */
export interface FactContext {
  /** Its id, the same each time it is told. */
  readonly id: string;
  /** When it became true, by the clock of the service that told it. */
  readonly at: Date;
  /** W3C trace context of the work that told it. */
  readonly traceparent?: string;
  readonly record: BusRecord;
}

/** What a service does with one fact, inside the transaction that also records the fact's id. */
export type FactHandler<Fact> = (
  fact: Fact,
  tx: Transaction,
  context: FactContext,
) => Promise<void>;

export interface Listening<Fact> {
  /** Handles a fact whose id is known: who did the work answers again. */
  readonly again?: FactHandler<Fact> | undefined;
}

/** Decodes a value and binds it to what is done with it. Throws on bytes that are not the fact. */
export type Listener = (value: Uint8Array, context: FactContext) => Omit<Delivery, 'id'>;

export function listenerOf<Fact>(
  type: FactType<Fact>,
  handle: FactHandler<Fact>,
  { again }: Listening<Fact>,
): Listener {
  return (value, context) => {
    const fact = decodedOnce(type, value);
    const trace = traceFrom(context.traceparent);
    const buildId = buildOf(fact);
    const bound =
      (handler: FactHandler<Fact>): Effect =>
      (tx) => {
        if (trace && buildId !== undefined) tx.traces.set(buildId, trace);
        return inTrace(trace, () => handler(fact, tx, context));
      };
    return { effect: bound(handle), again: again && bound(again) };
  };
}

/** Gives `undefined` for a type that nobody listens to. Throws on a record that can never be handled. */
export function deliveryOf(
  record: BusRecord,
  listeners: ReadonlyMap<string, Listener>,
): Delivery | undefined {
  const event = cloudEventOf(record);
  const listener = listeners.get(event.type);
  if (listener === undefined) return undefined;
  if (record.key === null) throw new TypeError('the record has no key');
  if (record.value === null) throw new TypeError('the record has no value');
  if (record.value.length > VALUE_LIMIT_BYTES) {
    throw new RangeError(`the value has ${record.value.length} bytes, more than a fact may have`);
  }
  return { id: event.id, ...listener(record.value, contextOf(event, record)) };
}

function contextOf({ id, time, traceparent }: CloudEvent, record: BusRecord): FactContext {
  return { id, at: time, record, ...(traceparent === undefined ? {} : { traceparent }) };
}
