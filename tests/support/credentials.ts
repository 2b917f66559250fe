import { credentialsOf, type Credential } from '../../core/credentials.ts';
import { SERVICE_TOKEN } from './token-service.ts';

const HOUR = 3_600_000;
export const LEARNER = 'aaaaBBBB11112222';

/** What the tests' token service would have signed itself. `lifetime` ms from now. */
export const bearerOf = (credential: Credential, { lifetime = HOUR, serviceToken = SERVICE_TOKEN }: { lifetime?: number; serviceToken?: string } = {}): Promise<string> =>
  credentialsOf({ serviceToken }).sign(credential, Date.now() + lifetime);

/** One good bearer for each role. */
export async function bearers(): Promise<Record<Credential['role'] | 'service', string>> {
  return {
    learner: await bearerOf({ role: 'learner', sub: LEARNER }),
    author: await bearerOf({ role: 'author' }),
    operator: await bearerOf({ role: 'operator' }),
    service: SERVICE_TOKEN,
  };
}

/** What must open nothing, however much it looks like a credential of this role. */
export async function badBearers(credential: Credential): Promise<Record<string, string>> {
  const good = await bearerOf(credential);
  const [head = '', claims = '', signature = ''] = good.split('.');
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const theirs = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  const last = signature.endsWith('A') ? 'Q' : 'A';
  return {
    forged: [head, encode({ ...theirs, role: 'operator', exp: 4e9 }), signature].join('.'),
    expired: await bearerOf(credential, { lifetime: -HOUR }),
    foreign: await bearerOf(credential, { serviceToken: 'of another installation' }),
    bent: `${[head, claims, signature.slice(0, -1)].join('.')}${last}`,
    unsigned: [encode({ alg: 'none' }), claims, ''].join('.'),
    'of alg none with a signature': [encode({ alg: 'none' }), claims, signature].join('.'),
    'cut short': [head, claims].join('.'),
    'no token at all': 'x'.repeat(2_000),
    'no text of its own': '..',
    'almost the service token': `${SERVICE_TOKEN}0`,
  };
}
