import type { InvitationView } from '../../../protocol/invitation.ts';
import { fetchJson } from './reply.ts';

/**
 * What the invitation `token` opens.
 * @throws RequestError INVITATION_INVALID where it is none, or too old
 */
export async function fetchInvitation(token: string): Promise<InvitationView> {
  const { body } = await fetchJson(`/invitations/${encodeURIComponent(token)}`);
  return body as InvitationView;
}
