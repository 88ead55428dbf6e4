import { expect, it } from 'vitest';
import { ArtifactUriRefused } from './artifact-store.ts';
import { fileUri } from './file-uri.ts';

const folder = 'file:///data/runs/1/model';

it.each([
  ['model.json', `${folder}/model.json`],
  ['split=train/part 100%.parquet', `${folder}/split=train/part%20100%25.parquet`],
])('the file %s is at %s', (path, uri) => {
  expect(fileUri(folder, path)).toBe(uri);
});

it.each(['', '../secret', 'a/../../secret', '/etc/passwd', 'a//b', 'a\\b', 'a\u0000'])(
  '%j is no file of it',
  (path) => {
    expect(() => fileUri(folder, path)).toThrow(ArtifactUriRefused);
  },
);
