import { tool } from '../outside-tools.ts';
import { isRequired } from '../workspace.ts';

/** Under the names that the compose file uses; nothing is ever pulled. */
export const IMAGES = {
  kafka: 'apache/kafka:4.3.1',
  minio: 'minio/minio:latest',
  postgres: 'postgres:18',
  distribution: 'registry:3',
} as const;

/**
 * Whether Docker Engine and the images are there: stories of the cluster are left out without them, never silently.
 * With FLOE_REQUIRE_CLUSTER=1 their absence is an error.
 */
export async function hasCluster(): Promise<boolean> {
  const images = Object.values(IMAGES);
  try {
    await tool('docker', 'image', 'inspect', ...images);
    return true;
  } catch (error) {
    if (isRequired('CLUSTER')) throw error;
    const remedy = `deploy/offline-images/build.sh ${images.join(' ')}`;
    process.stderr.write(
      `NOT TESTED AS A CLUSTER: Docker Engine or an image is missing: ${remedy}\n`,
    );
    return false;
  }
}
