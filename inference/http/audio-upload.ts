import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { CodedError } from '../../core/errors.ts';
import { ANY_LANGUAGE, LANGUAGES } from '../../protocol/languages.ts';
import type { App } from './services.ts';

const MEGABYTES = '100 MB';
/** Longest body of an upload, bytes. */
export const MAX_BODY = 100 * 1024 * 1024;

export interface AudioUpload {
  /** The recording, in whatever format it came. */
  readonly audio: Buffer;
  /** The other fields of a multipart form; a field may come more than once. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Lets the routes of `scope` take a recording: as the body, whatever type it claims to be, or as the multipart field `file`. */
export async function takeUploads(scope: App): Promise<void> {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY }, (_request, body, done) => done(null, body));
  await scope.register(multipart, { limits: { fileSize: MAX_BODY, files: 1, fields: 20, fieldSize: 10_000 } });
}

/** @throws CodedError REQUEST_INVALID, BODY_TOO_LARGE; an absent recording is an empty one */
export async function readUpload(request: FastifyRequest): Promise<AudioUpload> {
  if (!request.isMultipart()) return { audio: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0), fields: new Map() };
  try {
    return await readForm(request);
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'FST_REQ_FILE_TOO_LARGE') throw new CodedError('BODY_TOO_LARGE', { limit: MEGABYTES }, { cause });
    throw new CodedError('REQUEST_INVALID', { reason: 'the multipart form is malformed or incomplete' }, { cause });
  }
}

async function readForm(request: FastifyRequest): Promise<AudioUpload> {
  const fields = new Map<string, string[]>();
  let audio: Buffer = Buffer.alloc(0);
  for await (const part of request.parts()) {
    if (part.type === 'field') fields.set(part.fieldname, [...(fields.get(part.fieldname) ?? []), String(part.value)]);
    else if (part.fieldname === 'file') audio = await part.toBuffer();
    else throw new CodedError('REQUEST_INVALID', { reason: 'the recording must be in the field `file`' });
  }
  return { audio, fields };
}

/** One of Whisper's languages or `auto`, or undefined where nothing is said. @throws CodedError REQUEST_INVALID */
export function readLanguage(language: string | undefined): string | undefined {
  if (language === undefined || language === '') return undefined;
  if (!LANGUAGES.includes(language) && language !== ANY_LANGUAGE) throw new CodedError('REQUEST_INVALID', { reason: 'language must be one of Whisper’s, as fr or en, or auto' });
  return language;
}
