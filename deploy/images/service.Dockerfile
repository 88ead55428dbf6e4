# api, lineage and the preparation of the database: `docker build -f deploy/images/service.Dockerfile .`
FROM node:24-slim AS build
WORKDIR /griffin
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json rolldown.config.ts ./
COPY apps apps
COPY libs libs
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
WORKDIR /griffin
# By itself Node lets its young generation grow beyond 100 MiB where there is much memory, and glibc keeps an arena for each
# thread, with what was freed in it.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=16 MALLOC_ARENA_MAX=2
COPY --from=build /griffin/package.json ./
COPY --from=build /griffin/node_modules node_modules
COPY --from=build /griffin/dist dist
COPY libs/database/src libs/database/src
COPY deploy/prepare-database.ts deploy/
COPY python/griffin-runtimes/catalogue.json python/griffin-runtimes/
USER node
EXPOSE 8080
