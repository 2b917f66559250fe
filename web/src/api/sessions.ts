import type { SessionList, SessionReview } from '../../../protocol/session-review.ts';
import { fetchJson } from './reply.ts';

const PAGE = 20;

/**
 * The learner's sessions, newest first; those after the page that ended with `before`.
 * @throws RequestError
 */
export async function fetchSessions(before?: string): Promise<SessionList> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(before === undefined ? {} : { before }) });
  const { body } = await fetchJson(`/sessions?${query.toString()}`);
  return body as SessionList;
}

/**
 * What was said in a session, and how.
 * @throws RequestError
 */
export async function fetchReview(session: string): Promise<SessionReview> {
  const { body } = await fetchJson(`/sessions/${encodeURIComponent(session)}`);
  return body as SessionReview;
}

/**
 * All that the service keeps of this learner, as JSON.
 * @throws RequestError
 */
export async function fetchMyData(): Promise<unknown> {
  const { body } = await fetchJson('/learners/me/export');
  return body;
}

/**
 * Erases all that the service keeps of this learner.
 * @throws RequestError
 */
export async function eraseMyData(): Promise<void> {
  await fetchJson('/learners/me', { method: 'DELETE' });
}

/**
 * Erases one session of this learner.
 * @throws RequestError
 */
export async function eraseSession(session: string): Promise<void> {
  await fetchJson(`/sessions/${encodeURIComponent(session)}`, { method: 'DELETE' });
}
