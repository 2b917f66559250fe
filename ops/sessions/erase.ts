import { createInterface } from 'node:readline/promises';
import type { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import { tokenServiceHere } from './service.ts';

/**
 * `eloquence sessions erase`: exit status 1 when it was not confirmed. What agents still hold of it on their disks goes as
 * soon as they next ask (agent/outbox/sweeper.ts).
 */
export async function erase(
  id: string,
  { session = false, yes = false }: { session?: boolean; yes?: boolean },
  { service = tokenServiceHere(), confirm = ask, print = console.log }: { service?: Pick<TokenServiceClient, 'erase' | 'eraseSession'>; confirm?: (question: string) => Promise<string>; print?: (line: string) => void } = {},
): Promise<number> {
  const what = session ? `the session ${id}` : `the learner ${id} with all sessions and recordings`;
  if (!yes && (await confirm(`Erase ${what}, for good? Type “yes”: `)).trim() !== 'yes') {
    print('Nothing was erased.');
    return 1;
  }
  if (session) await service.eraseSession(id);
  const gone = session ? { sessions: 1 } : await service.erase(id);
  print(`Erased: ${String(gone.sessions)} sessions${'recordings' in gone ? ` and ${String(gone.recordings)} recordings` : ''}.`);
  return 0;
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
