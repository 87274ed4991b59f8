export { freePort } from '@floe/embedded-postgres';
export { type Bucket, bucketClient, type BucketServer, makeBucket } from './buckets.ts';
export { eventually } from './eventually.ts';
export type { DurablePostgres } from './own-server.ts';
export { hasKafka, type Kafka, type KafkaOptions, startKafka } from './start-kafka.ts';
export { hasMinio, type Minio, startMinio } from './start-minio.ts';
export { type Postgres, startPostgres } from './start-postgres.ts';
