# Event Tracker as a container:
#
#   docker build -t event-tracker:latest .
#   docker run -p 127.0.0.1:8080:8080 -v event-tracker:/data event-tracker
#
# -p 8080:8080 opens the server to every network: set keys first.

# The workspace's manifests alone: what follows from them is built again only when one of them changes, not with every
# edit of a source file, and a package that is added needs no line here.
FROM node:26-slim AS manifests
WORKDIR /workspace
COPY . .
RUN mkdir /manifests \
 && cp --parents package.json pnpm-lock.yaml pnpm-workspace.yaml packages/*/package.json apps/*/package.json engines/*/package.json /manifests

FROM node:26-slim AS build
WORKDIR /workspace
# The npm package carries pnpm whole; its install script only saves a little start-up time.
RUN npm install --global --ignore-scripts pnpm@12.21.0
COPY --from=manifests /manifests ./
# First what the server runs on, then the bundler. Left out are what only the adapters' tests need (whole database
# engines) and the Node binary that `npm start` brings along: the base image has its own. --trust-lockfile: checksums are
# compared, but the registry is not asked for the age of 200 versions again, which takes longer than the rest.
RUN pnpm install --frozen-lockfile --trust-lockfile --prod --no-optional --filter-prod '@event-tracker/http...' \
 && pnpm install --frozen-lockfile --trust-lockfile --dev --filter event-tracker
COPY . .
# A folder that stands alone: the server and all that it uses in a few files, which start in half the time.
RUN node scripts/bundle.ts /app

FROM node:26-slim
LABEL org.opencontainers.image.title="Event Tracker" \
      org.opencontainers.image.description="Submit events over HTTP, have them stored durably, and get every one of them back." \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    BIND_ADDRESS=0.0.0.0 \
    EVENT_STORE=sqlite:/data/events.sqlite
# The one place the server may write to: everything else works with `docker run --read-only`.
# The server needs neither npm nor Yarn, which the base image brings.
RUN install --directory --owner=1000 --group=1000 /data \
 && rm -rf /usr/local/lib/node_modules /opt/yarn* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
VOLUME /data
# The files stay root's: the server cannot change its own code.
COPY --from=build /app /app
# A number, because Kubernetes' runAsNonRoot cannot tell who a name is. 1000 is the base image's user `node`.
USER 1000:1000
# A relative path to a store then lies in the volume.
WORKDIR /data
EXPOSE 8080
# The base image has no curl. On Linux a connection to 0.0.0.0 or [::] reaches this machine.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["node", "-e", "const { BIND_ADDRESS, PORT, BASE_PATH } = process.env; fetch(`http://${/:\\d+$/.test(BIND_ADDRESS) ? BIND_ADDRESS : `${BIND_ADDRESS}:${PORT || 8080}`}${(BASE_PATH ?? '').replace(/[/]$/, '')}/livez`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
# Without a shell in between, so that SIGTERM reaches the server and it drains.
CMD ["node", "/app/dist/main.js"]
