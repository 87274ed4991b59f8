export { PostgresBus, type PostgresBusOptions } from './postgres-bus.ts';
export type { Retention } from './sweep-records.ts';
