import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../../core/paths.ts';
import { routesOf, type KnownRoute } from '../../support/routes.ts';
import { buildTokenService } from '../../support/token-service.ts';

const COLUMNS = ['learner', 'author', 'operator', 'service'] as const;

/** Who may come in, as the document's table shows it. */
function rowOf({ method, url, access }: KnownRoute): string {
  const open = (who: (typeof COLUMNS)[number]): string => {
    if (access === 'public') return url.startsWith('/webhooks') ? 'signed' : '✓';
    if (access?.includes(who) !== true) return '';
    return who === 'learner' ? 'own' : '✓';
  };
  const everybody = access === 'public' ? open('learner') : access?.includes('local') === true ? 'local' : '';
  return [`\`${method} ${url}\``, everybody, ...COLUMNS.map(open)].join(' | ');
}

it('docs/access.md tells each route and who may come in', async () => {
  const { built, routes } = await routesOf(() => buildTokenService());
  await built.close();
  const rows = readFileSync(join(ROOT, 'docs/access.md'), 'utf8').split('\n').filter((line) => /^\| `(GET|POST|PUT|DELETE|PATCH) /.test(line));
  const told = rows.map((row) => row.slice(1, -1).split('|').map((cell) => cell.trim()).join(' | '));
  const there = routes.filter(({ url }) => !url.startsWith('/docs') && !url.endsWith('*')).map(rowOf);
  expect(told.sort()).toEqual(there.sort());
});
