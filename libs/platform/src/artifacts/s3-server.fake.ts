import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/** The four calls of S3 that we make, as its API describes them, on objects in memory. Two keys per page of a list. */
export class FakeS3 {
  readonly objects = new Map<string, Buffer>();
  /** When set, every call answers with this status. */
  refusal: number | undefined;
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://s3');
    const key = decodeURIComponent(url.pathname).split('/').slice(2).join('/');
    const body = await buffer(request);
    if (this.refusal) return fail(response, this.refusal, 'ServiceUnavailable');
    if (url.searchParams.has('list-type')) return this.#list(url.searchParams, response);
    if (request.method === 'PUT') {
      this.objects.set(key, body);
      response.end();
      return;
    }
    this.#get(key, request, response);
  }

  #get(key: string, request: IncomingMessage, response: ServerResponse): void {
    const object = this.objects.get(key);
    if (!object) return fail(response, 404, 'NoSuchKey');
    const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const from = Number(start ?? 0);
    if (start !== undefined && from >= object.length) return fail(response, 416, 'InvalidRange');
    const part = object.subarray(from, end ? Number(end) + 1 : object.length);
    response.writeHead(start === undefined ? 200 : 206, { 'content-length': part.length });
    response.end(request.method === 'HEAD' ? undefined : part);
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const prefix = query.get('prefix') ?? '';
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    const start = Number(query.get('continuation-token') ?? 0);
    const next = start + 2;
    const contents = keys
      .slice(start, next)
      .map((key) => `<Contents><Key>${key}</Key><Size>${this.objects.get(key)?.length}</Size></Contents>`);
    const more = next < keys.length;
    const token = more ? `<NextContinuationToken>${next}</NextContinuationToken>` : '';
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(`<ListBucketResult>${contents.join('')}<IsTruncated>${more}</IsTruncated>${token}</ListBucketResult>`);
  }
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
