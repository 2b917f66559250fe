import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import type { StoreSecrets } from '../../core/secrets.ts';
import type { BlobStore } from './blob-store.ts';
import { FolderBlobs } from './folder.ts';
import { S3Blobs } from './s3.ts';

/** As an error names it; ELOQUENCE_CONFIG or the environment may stand above it. */
const CONFIG = 'config/eloquence.yaml';

/** An S3-compatible store where the settings name one, else `recordings/` of the data folder. @throws CodedError CONFIG_INVALID */
export function openBlobs({ home, settings, secrets, clock }: { home: string; settings: Config['sessions']['blobs']; secrets: StoreSecrets; clock: Clock }): BlobStore {
  const { s3Endpoint: endpoint, s3Bucket: bucket, s3Region: region, s3Prefix: prefix } = settings;
  if (endpoint === '') return new FolderBlobs(join(home, 'recordings'));
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = secrets;
  if (bucket === '') throw new CodedError('CONFIG_INVALID', { file: CONFIG, path: '/sessions/blobs/s3Bucket', reason: 'an s3Endpoint needs an s3Bucket' });
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new CodedError('CONFIG_INVALID', { file: CONFIG, path: '/sessions/blobs/s3Endpoint', reason: 'it needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY of the environment' });
  const spool = join(home, 'recordings', 'spool');
  // What a crash has left on its way is somebody’s voice, and will be sent again.
  rmSync(spool, { recursive: true, force: true });
  return new S3Blobs({ endpoint, bucket, region, prefix, accessKeyId, secretAccessKey, spool, clock });
}
