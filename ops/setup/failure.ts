import { statfsSync } from 'node:fs';
import { CodedError } from '../../core/errors.ts';
import { megabytes } from './progress.ts';

/** The coded form of whatever went wrong in set-up: a full disk and a folder that cannot be written have their own way out. */
export function coded(error: unknown, home: string): CodedError {
  if (error instanceof CodedError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const kind = error instanceof Error && 'code' in error ? error.code : undefined;
  if (kind === 'ENOSPC' || kind === 'EDQUOT' || /no space left|disk quota exceeded/i.test(reason)) return diskFull(home, { cause: error });
  // SQLite, which holds the lock, has its own words for the two that follow.
  if (/disk is full/.test(reason)) return diskFull(home, { cause: error });
  if (kind === 'EACCES' || kind === 'EPERM' || kind === 'EROFS' || kind === 'ENOTDIR' || /readonly database|unable to open database/.test(reason)) {
    return new CodedError('SETUP_HOME_UNWRITABLE', { folder: home, reason }, { cause: error });
  }
  return new CodedError('SETUP_FAILED', { reason }, { cause: error });
}

function diskFull(folder: string, options?: { cause?: unknown }): CodedError {
  return new CodedError('SETUP_DISK_FULL', { folder, free: megabytes(freeBytes(folder)) }, options);
}

/** @throws CodedError SETUP_DISK_FULL when less than `bytes` are free, before any of them is fetched. */
export function ensureRoom(folder: string, bytes: number): void {
  if (freeBytes(folder) < bytes) throw diskFull(folder);
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}
