# The worker, and nothing else: neither a Redis nor a Temporal server is in this image.
#   docker build -t redis-migration .
#   docker run -e TEMPORAL_ADDRESS=... -e SOURCE_PASSWORD -e TARGET_PASSWORD redis-migration

# Debian rather than Alpine: the Temporal SDK's native part needs glibc.
FROM node:20-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM base AS build
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
COPY workflows workflows
COPY activities activities
COPY worker worker
RUN node scripts/build.mjs

FROM base AS packages
# The SDK brings its native part for five platforms, some 30 MB each; those of Linux stay.
RUN npm ci --omit=dev --no-audit --no-fund \
  && cd node_modules/@temporalio/core-bridge/releases \
  && rm -rf *-apple-darwin *-pc-windows-msvc

FROM node:20-bookworm-slim
# Without them no TLS certificate can be verified, and the slim image has none.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY package.json ./
COPY scripts/healthcheck.mjs scripts/
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN printf '#!/bin/sh\nexec node /app/dist/src/cli/main.js "$@"\n' > /usr/local/bin/redis-migration \
  && chmod 755 /usr/local/bin/redis-migration
USER node
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 CMD ["node", "scripts/healthcheck.mjs"]
CMD ["node", "dist/worker/main.js"]
