/** Kafka's name of an error, as kafkajs passes it on; empty for others. */
export function errorTypeOf(error: unknown): string {
  return error instanceof Error && 'type' in error ? String(error.type) : '';
}
