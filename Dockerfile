# One image, four programs: `gateway`, `dispatcher`, `migrate`, `rotate-keys` (scripts/image-programs.mjs). Debian, not Alpine: native packages come for glibc.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package's install script runs, here or below: what they would do (a Node of our own, an embedded Postgres) is for a laptop.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY libs libs
COPY apps apps
RUN npm run build

FROM ${NODE_IMAGE} AS production-packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
# All files belong to root and nothing is ever written: the file system may be read-only.
COPY --from=production-packages /app/node_modules node_modules
COPY package.json ./
COPY scripts/image-entrypoint.mjs scripts/image-programs.mjs scripts/demo-receiver.mjs scripts/
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/gateway dist/apps/gateway
COPY --from=build /app/dist/apps/dispatcher dist/apps/dispatcher
COPY --from=build /app/dist/apps/console dist/apps/console
# The image's own `node` user, by number so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 3000 9464
# Node is process 1 and gets the signals itself; gateway and dispatcher stop in order on SIGTERM.
ENTRYPOINT ["node", "scripts/image-entrypoint.mjs"]
CMD ["gateway"]
