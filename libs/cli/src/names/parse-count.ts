import { InvalidArgumentError } from 'commander';

/** A whole number above zero, as commander's options are parsed. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number above 0.');
  return Number(text);
}

/** A whole number, zero included. */
export function parseWhole(text: string): number {
  return text === '0' ? 0 : parseCount(text);
}
