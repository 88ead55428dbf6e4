import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type ApiProblem, GriffinClient } from './client.ts';

let server: Server | undefined;
afterEach(() => server?.close());

it('shows a problem with its code, its detail and what in the request it points to', async () => {
  const api = await answering(422, {
    title: 'Unprocessable Content',
    code: 'invalid_input',
    detail: 'The request is not valid.',
    errors: [{ pointer: '/resources/cpu', code: 'minimum', message: 'must be > 0' }],
  });
  const problem = await api.post('/api/workflows', {}).catch((error: unknown) => error as ApiProblem);
  expect(problem).toMatchObject({ status: 422, code: 'invalid_input', pointers: ['/resources/cpu'] });
  expect((problem as ApiProblem).message).toBe(
    'POST /api/workflows answered 422 invalid_input: The request is not valid.\n    /resources/cpu: must be > 0',
  );
});

it('shows what something else than the API said', async () => {
  const api = await answering(502, 'Bad gateway');
  await expect(api.get('/api/workflows')).rejects.toThrow('GET /api/workflows answered 502 not_a_problem: Bad gateway');
});

it('sends the token and reads an answer without a body', async () => {
  const api = await answering(204, '');
  expect((await api.ask('DELETE', '/x')).body).toBe('');
  expect(received).toBe('Bearer grf_secret');
});

let received: string | undefined;

async function answering(status: number, body: unknown): Promise<GriffinClient> {
  server = createServer((request, response) => {
    received = request.headers.authorization;
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return new GriffinClient(`http://127.0.0.1:${(listening.address() as AddressInfo).port}/`, 'grf_secret');
}
