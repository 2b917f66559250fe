import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { list } from 'tar';
import { openPromise } from 'yauzl';

/** The content of one file inside a `.tgz`, `.tar.gz`, `.zip` or `.whl`. It fails when the archive does not hold it. */
export function readMember(archive: string, member: string): Readable {
  const content = new PassThrough();
  const reading = /\.(tgz|tar\.gz)$/.test(archive) ? readTarMember(archive, member, content) : readZipMember(archive, member, content);
  reading.catch((error: unknown) => content.destroy(error instanceof Error ? error : new Error(String(error))));
  return content;
}

async function readZipMember(archive: string, member: string, content: PassThrough): Promise<void> {
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== member) continue;
      await pipeline(await zip.openReadStreamPromise(entry), content);
      return;
    }
    throw missing(archive, member);
  } finally {
    zip.close();
  }
}

async function readTarMember(archive: string, member: string, content: PassThrough): Promise<void> {
  const found: string[] = [];
  await list({
    file: archive,
    filter: (path) => path === member,
    onReadEntry: (entry) => {
      found.push(entry.path);
      entry.on('data', (chunk: Buffer) => content.write(chunk));
      entry.on('end', () => content.end());
    },
  });
  if (found.length === 0) throw missing(archive, member);
}

const missing = (archive: string, member: string): Error => new Error(`${archive} does not hold ${member}`);
