export { PostgresBus } from './postgres-bus.ts';
