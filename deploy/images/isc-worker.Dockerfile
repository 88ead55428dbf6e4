# The worker with the local backend, so with the runtimes: `docker build -f deploy/images/isc-worker.Dockerfile .`
FROM node:24-slim AS build
WORKDIR /griffin
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json rolldown.config.ts ./
COPY apps apps
COPY libs libs
RUN npm run build && npm prune --omit=dev

FROM python:3.11-slim
COPY dev/uv.lock.txt dev/install-uv.sh dev/install-venv.sh /build/dev/
COPY python/griffin-runtimes /opt/griffin-runtimes-source
RUN /build/dev/install-uv.sh /build/uv \
  && /build/dev/install-venv.sh /build/uv/bin/uv /opt/griffin-runtimes \
    /opt/griffin-runtimes-source/requirements.lock /opt/griffin-runtimes-source \
  && rm -rf /build
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /griffin
# By itself Node lets its young generation grow beyond 100 MiB where there is much memory, and garbage beyond what is in use;
# glibc keeps an arena for each thread, with what was freed in it.
ENV NODE_OPTIONS="--max-semi-space-size=8 --max-old-space-size=384"
ENV NODE_ENV=production MALLOC_ARENA_MAX=2
COPY --from=build /griffin/package.json ./
COPY --from=build /griffin/node_modules node_modules
COPY --from=build /griffin/dist dist
RUN useradd --create-home griffin && install -d -o griffin /var/lib/griffin
USER griffin
EXPOSE 8080
