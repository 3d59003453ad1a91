# Event Tracker as a container:
#
#   docker build -t event-tracker:latest .
#   docker run -p 127.0.0.1:8080:8080 -v event-tracker:/data event-tracker
#
# -p 8080:8080 opens the server to every network: set keys first.

# Only the manifests of the workspace, so that Docker reuses the layer of the dependencies until a manifest changes.
FROM node:26-slim AS manifests
WORKDIR /workspace
COPY . .
RUN mkdir /manifests \
 && cp --parents package.json pnpm-lock.yaml pnpm-workspace.yaml packages/*/package.json apps/*/package.json engines/*/package.json /manifests

FROM node:26-slim AS build
WORKDIR /workspace
# The npm package contains all of pnpm; its install script only makes it start faster.
RUN npm install --global --ignore-scripts pnpm@12.21.0
COPY --from=manifests /manifests ./
# First the dependencies of the server, then the bundler; without the database engines of the tests, and without the Node
# binary for `npm start`, because the base image has Node. --trust-lockfile compares checksums, but does not request the
# age of 200 versions from the registry, which would take longer than the rest.
RUN pnpm install --frozen-lockfile --trust-lockfile --prod --no-optional --filter-prod '@event-tracker/server...' --filter-prod '@event-tracker/page...' \
 && pnpm install --frozen-lockfile --trust-lockfile --dev --filter event-tracker-repository
COPY . .
# Bundles the server and its dependencies into a few files, which start in half the time.
RUN node scripts/bundle.ts /app

FROM node:26-slim
LABEL org.opencontainers.image.title="Event Tracker" \
      org.opencontainers.image.description="Submit events over HTTP, have them stored durably, and get every one of them back." \
      org.opencontainers.image.licenses="MIT"
# MALLOC_MMAP_THRESHOLD_ returns the memory of large requests to the system.
ENV NODE_ENV=production \
    BIND_ADDRESS=0.0.0.0 \
    EVENT_STORE=sqlite:/data/events.sqlite \
    MALLOC_MMAP_THRESHOLD_=32768
# The only folder to which the server writes, so that `docker run --read-only` works. npm and Yarn of the base image are deleted,
# because the server does not need them.
RUN install --directory --owner=1000 --group=1000 /data \
 && rm -rf /usr/local/lib/node_modules /opt/yarn* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
VOLUME /data
# root owns the files, so that the server cannot change its code.
COPY --from=build /app /app
# A number, because runAsNonRoot of Kubernetes cannot verify a name. 1000 is the user `node` of the base image.
USER 1000:1000
# Relative paths of stores are in the volume.
WORKDIR /data
EXPOSE 8080
# The base image does not have curl. On Linux, a connection to 0.0.0.0 or [::] reaches this container.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["node", "-e", "const { BIND_ADDRESS, PORT, BASE_PATH } = process.env; fetch(`http://${/:\\d+$/.test(BIND_ADDRESS) ? BIND_ADDRESS : `${BIND_ADDRESS}:${PORT || 8080}`}${(BASE_PATH ?? '').replace(/[/]$/, '')}/livez`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
# Without a shell, so that the server receives SIGTERM and shuts down gracefully.
CMD ["node", "/app/dist/main.js"]
