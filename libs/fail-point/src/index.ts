export { failPoint } from './fail-point.ts';
