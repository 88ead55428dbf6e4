/** The least that an HTTP server in our framework does to say that nothing changed. Says its port on standard output. */
import Fastify from 'fastify';

const server = Fastify({ logger: false });
server.get('/api/workflows/:id', (request, reply) => {
  void reply.header('etag', '"1"');
  if (request.headers['if-none-match'] === '"1"') return reply.code(304).send();
  return { id: (request.params as { id: string }).id };
});
const address = await server.listen({ port: 0, host: '127.0.0.1' });
console.log(address);
