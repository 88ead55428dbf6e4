import { expect, it } from 'vitest';
import { ApiProblem, GriffinClient } from '../../../dev/demo/client.ts';
import type { TestPlatform } from '../support/platform.ts';

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

const open = ['/health/live', '/health/ready', '/api/docs', '/api/openapi.json'];
const someUuid = '01890a5d-ac96-774b-bcce-b302099a8057';

/** Every route but health and the API's description asks for a token. */
export function describeAccess(given: () => { platform: TestPlatform }): void {
  it('is refused on every documented route without a token, and with one that is not known', async () => {
    const { api } = given().platform.scene;
    const document = await new GriffinClient(api.url).get<OpenApi>('/api/openapi.json');
    const routes = Object.entries(document.paths)
      .filter(([path]) => !open.includes(path))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => [method.toUpperCase(), path] as const));
    expect(routes.length).toBeGreaterThan(30);
    for (const token of [undefined, `grf_${'a'.repeat(43)}`]) {
      const stranger = new GriffinClient(api.url, token);
      for (const [method, path] of routes) {
        expect(await statusOf(stranger, method, path.replaceAll(/\{\w+\}/g, someUuid)), `${method} ${path}`).toBe(401);
      }
    }
  });

  it.each(open)('is open at %s', async (path) => {
    const response = await fetch(given().platform.stack.apiUrl + path);
    expect(response.status).toBe(200);
  });
}

async function statusOf(client: GriffinClient, method: string, path: string): Promise<number> {
  try {
    const body = ['POST', 'PUT'].includes(method) ? {} : undefined;
    return (await client.ask(method, path, { body })).status;
  } catch (error) {
    if (error instanceof ApiProblem) return error.status;
    throw error;
  }
}
