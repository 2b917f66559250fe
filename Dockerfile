# One image for all of Eloquence's own processes; docker-compose.yml says which command each container runs.
FROM node:24-bookworm-slim

# espeak-ng gives every voice its phonemes, ffmpeg reads other formats than WAV, Python builds the models once.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates espeak-ng ffmpeg python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /app
# The dependencies change less often than the sources: they have a layer of their own.
COPY package.json package-lock.json .npmrc ./
RUN ONNXRUNTIME_NODE_INSTALL_CUDA=skip npm ci --no-audit --no-fund

COPY . .
# Sees that the dependencies are as the lock file has them, notes it for the containers, and checks the exercises.
RUN npm run build:web && node bootstrap.mjs exercise check

# Models, keys, sessions, logs.
ENV ELOQUENCE_HOME=/data
RUN install -d -o node -g node -m 700 /data
VOLUME /data
USER node

# The Node that package-lock.json pins, whatever the base image has.
ENV PATH=/app/node_modules/.bin:$PATH
CMD ["node", "ops/cli.ts", "--help"]
