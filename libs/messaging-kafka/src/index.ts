export { KafkaBus, type KafkaBusOptions } from './kafka-bus.ts';
export type { TopicSettings } from './topics.ts';
