import { z } from 'zod';

/** The settings that every service has; a service spreads them into its own schema. */
export const serviceSettings = {
  FLOE_HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  FLOE_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('TCP port to listen on; 0 takes a free one'),
  FLOE_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Address under which users reach the platform; image references begin with its host. Default: http://localhost:<port>',
    ),
  FLOE_ACCESS: z
    .enum(['open'])
    .optional()
    .describe(
      '`open` says that everyone who reaches another address than loopback may do everything',
    ),
  FLOE_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe('PostgreSQL of the service; each service has a schema of its own in it'),
  FLOE_BUS_URL: z
    .string()
    .regex(/^(postgres(ql)?|kafka):\/\/\S+$/, 'must begin with postgres:// or kafka://')
    .optional()
    .describe(
      'Bus of the facts: postgres://… or kafka://host:port,host:port. Default: FLOE_DATABASE_URL',
    ),
  FLOE_TOPIC_PARTITIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(4)
    .describe('Partitions of topics that are created; those that exist stay as they are'),
  FLOE_TOPIC_REPLICAS: z.coerce
    .number()
    .int()
    .min(1)
    .max(32)
    .default(1)
    .describe('Brokers that keep each partition of a topic that is created; Kafka only'),
  FLOE_TOPIC_RETENTION_HOURS: z.coerce
    .number()
    .int()
    .min(1)
    .max(336)
    .default(168)
    .describe(
      'Hours for which a created topic keeps its facts, more than the longest outage; Kafka only',
    ),
};

/** The settings of every service that reads or writes model bytes. */
export const storeSettings = {
  FLOE_STORE_URL: z
    .string()
    .regex(/^(file:.|s3:\/\/[^?]+\?)/, 'must be file:<folder> or s3://<bucket>?endpoint=<address>')
    .describe(
      'Where model bytes are kept: file:<folder>, or s3://<bucket>?endpoint=<address>&region=<name>&pathStyle=true; every service names the same',
    ),
  FLOE_STORE_ACCESS_KEY: z.string().min(1).optional().describe('Access key of an S3 store'),
  FLOE_STORE_SECRET_KEY: z.string().min(1).optional().describe('Secret key of an S3 store'),
};

/** The settings of every service that says where released images are, or puts them there. */
export const releaseSettings = {
  FLOE_REGISTRY_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Another registry that keeps the released images; the builder names the same. Default: the platform itself',
    ),
};

/** The settings of the services that know each other by a secret. */
export const internalSettings = {
  FLOE_INTERNAL_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 visible characters')
    .optional()
    .describe(
      'Secret by which the services of one platform know each other; the same for all of them',
    ),
};

interface Exposure {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string | undefined;
  readonly access?: 'open' | undefined;
}

/** Settings that contradict each other. */
export class UnsafeSettings extends Error {
  override readonly name = 'UnsafeSettings';
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Throws UnsafeSettings when the platform would be open to a network without anybody having said so. */
export function checkExposure({ host, access }: Pick<Exposure, 'host' | 'access'>): void {
  if (access === 'open' || LOOPBACK.test(host)) return;
  throw new UnsafeSettings(
    `FLOE_HOST is ${host}, so everyone who reaches it could do everything. Set FLOE_ACCESS=open if that is meant.`,
  );
}

/** Where users reach the platform when nobody says otherwise. */
export function publicUrlOf({ publicUrl, port }: Pick<Exposure, 'publicUrl' | 'port'>): string {
  return publicUrl ?? `http://localhost:${port}`;
}

/** The registry that keeps the released images, if it is not the platform itself. */
export function otherRegistryOf({
  registryUrl,
  ...exposure
}: Pick<Exposure, 'publicUrl' | 'port'> & {
  readonly registryUrl?: string | undefined;
}): string | undefined {
  const own = new URL(publicUrlOf(exposure)).origin;
  return registryUrl === undefined || new URL(registryUrl).origin === own ? undefined : registryUrl;
}
