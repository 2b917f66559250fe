import { ExerciseList } from '../exercise-view.ts';
import { Health } from '../health.ts';
import { SessionRecord } from '../session.ts';
import { TokenReply, type TokenRequest } from '../token.ts';
import { callService, readReply, unreachable } from './service-call.ts';

const SERVICE = 'token-service';

/** The token service's routes, typed. All throw the service's own coded error, or ENGINE_UNAVAILABLE where nobody answers. */
export class TokenServiceClient {
  readonly #url: URL;
  readonly #serviceToken: string | undefined;

  /**
   * @param url base address, e.g. `http://127.0.0.1:7881`
   * @param serviceToken what services show each other; learners have none
   */
  constructor(url: string | URL, { serviceToken }: { serviceToken?: string } = {}) {
    this.#url = new URL(url);
    this.#serviceToken = serviceToken;
  }

  async requestToken(request: TokenRequest, signal?: AbortSignal): Promise<TokenReply> {
    const headers = { 'content-type': 'application/json' };
    return readReply(SERVICE, TokenReply, await this.#call('/token', { method: 'POST', headers, body: JSON.stringify(request), signal: signal ?? null }));
  }

  /** @throws CodedError SESSION_UNKNOWN, or UNAUTHORIZED without the service token. */
  async session(id: string, signal?: AbortSignal): Promise<SessionRecord> {
    const headers: Record<string, string> = this.#serviceToken === undefined ? {} : { authorization: `Bearer ${this.#serviceToken}` };
    return readReply(SERVICE, SessionRecord, await this.#call(`/sessions/${encodeURIComponent(id)}`, { headers, signal: signal ?? null }));
  }

  async exercises(signal?: AbortSignal): Promise<ExerciseList> {
    return readReply(SERVICE, ExerciseList, await this.#call('/exercises', { signal: signal ?? null }));
  }

  /** Answers also when the service is down (its status then says so); throws only when nobody answers. */
  async health(signal?: AbortSignal): Promise<Health> {
    const response = await fetch(new URL('/health', this.#url), { signal: signal ?? null }).catch((cause: unknown) => {
      throw unreachable(SERVICE, cause);
    });
    return readReply(SERVICE, Health, response);
  }

  #call(path: string, init: RequestInit): Promise<Response> {
    return callService(SERVICE, new URL(path, this.#url), init);
  }
}
