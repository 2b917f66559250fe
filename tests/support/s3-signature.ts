import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as far as it is signed. Header names in lower case. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/**
 * What is wrong with an AWS Signature Version 4, as S3 names it, or undefined.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signatureFault({ method, url, headers }: SignedRequest, { accessKeyId, secretAccessKey, region }: S3Credentials): string | undefined {
  const parsed = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/.exec(headers['authorization'] ?? '');
  const [, keyId = '', day = '', signedRegion = '', names = '', signature = ''] = parsed ?? [];
  if (parsed === null) return 'AccessDenied';
  if (keyId !== accessKeyId) return 'InvalidAccessKeyId';
  const signed = names.split(';');
  const time = headers['x-amz-date'] ?? '';
  const hash = headers['x-amz-content-sha256'] ?? '';
  if (signedRegion !== region || !time.startsWith(day) || !signed.includes('host') || !signed.includes('x-amz-date') || !signed.includes('x-amz-content-sha256')) return 'AuthorizationHeaderMalformed';
  const [path = '', query = ''] = url.split('?');
  const request = [method, path, query.split('&').sort().join('&'), ...signed.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`), '', names, hash].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), 's3'), 'aws4_request');
  const expected = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n'));
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? undefined : 'SignatureDoesNotMatch';
}
