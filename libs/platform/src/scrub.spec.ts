import { expect, it } from 'vitest';
import { scrubbed } from './scrub.ts';

it.each([
  [`token grf_${'a'.repeat(43)} refused`, 'token grf_*** refused'],
  ['jwt eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln.', 'jwt ***.'],
  [
    'connect postgresql://griffin_api:s3cr3t@127.0.0.1:5432/griffin',
    'connect postgresql://griffin_api:***@127.0.0.1:5432/griffin',
  ],
  ['{"headers":{"authorization":"Bearer abc\\"def"}}', '{"headers":{"authorization":"***"}}'],
  ['sent Authorization: Bearer abcdefghij', 'sent Authorization: Bearer ***'],
  ['-----BEGIN PRIVATE KEY-----\\nMC4C\\n-----END PRIVATE KEY-----', '***'],
  ['http://127.0.0.1:3000/api/runs?at=12:30@x', 'http://127.0.0.1:3000/api/runs?at=12:30@x'],
  ['Bearer of news', 'Bearer of news'],
])('%s', (line, expected) => {
  expect(scrubbed(line)).toBe(expected);
});
