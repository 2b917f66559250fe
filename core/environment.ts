/** An environment variable that Eloquence reads. `.env.example` lists the same names; a test holds the two together. */
export interface EnvironmentVariable {
  readonly name: string;
  /** The setting (config/*.yaml) that it overrides; none for a secret or for what is no setting. */
  readonly path?: string;
  readonly secret?: true;
  readonly about: string;
}

export const ENVIRONMENT: readonly EnvironmentVariable[] = [
  { name: 'ELOQUENCE_HOME', about: 'Data folder: models, keys, outboxes, caches. Default .data/ in the checkout.' },
  { name: 'ELOQUENCE_CONFIG', about: 'A YAML file of settings that differ from those in config/.' },
  { name: 'ELOQUENCE_MODELS', about: 'A folder with model files, laid out as models/ in the data folder, that set-up takes them from before it asks the network.' },
  { name: 'LOG_LEVEL', about: 'error, warn, info (default) or debug.' },
  { name: 'LOG_FORMAT', about: '`json` shows the services’ log lines as they are; else `eloquence up` makes them readable.' },
  { name: 'ELOQUENCE_HOST', path: 'host', about: 'Address that the services listen on; 127.0.0.1 when unset.' },
  { name: 'ELOQUENCE_EXERCISES', path: 'exercises', about: 'Folder of your own exercise files and personas/; the personas that come with Eloquence can be named in it.' },
  { name: 'ELOQUENCE_TLS_CERT', path: 'tls.cert', about: 'Certificate for serving a network, PEM, the whole chain.' },
  { name: 'ELOQUENCE_TLS_KEY', path: 'tls.key', about: 'Private key of that certificate, PEM.' },
  { name: 'INFERENCE_URL', path: 'inference.url', about: 'Inference server that the agent uses, or several with commas between them. Set: none is started here.' },
  { name: 'TOKEN_SERVICE_URL', path: 'tokenService.url', about: 'Token service that the agent uses. Set: none is started here.' },
  { name: 'LIVEKIT_URL', path: 'livekit.url', about: 'LiveKit server that the services use. Set: none is started here.' },
  { name: 'LIVEKIT_PUBLIC_URL', path: 'livekit.publicUrl', about: 'LiveKit address that browsers get.' },
  { name: 'LIVEKIT_API_KEY', secret: true, about: 'LiveKit key; generated once when unset.' },
  { name: 'LIVEKIT_API_SECRET', secret: true, about: 'LiveKit secret; generated once when unset.' },
  { name: 'ELOQUENCE_SERVICE_TOKEN', secret: true, about: 'What the services show each other; generated once when unset.' },
  { name: 'DATABASE_URL', secret: true, about: 'PostgreSQL (postgres://user:password@host/database) in place of SQLite in the data folder.' },
  { name: 'S3_ACCESS_KEY_ID', secret: true, about: 'Key of the S3-compatible store for recordings (sessions.blobs).' },
  { name: 'S3_SECRET_ACCESS_KEY', secret: true, about: 'Its secret.' },
  { name: 'MISTRAL_API_KEY', secret: true, about: 'Mistral key. Without any LLM key the scripted coach leads.' },
  { name: 'MISTRAL_BASE_URL', path: 'llm.providers.mistral.baseUrl', about: 'Mistral-compatible address.' },
  { name: 'SCALEWAY_SECRET_KEY', secret: true, about: 'Scaleway key, for its OpenAI-compatible models.' },
  { name: 'OPENAI_API_KEY', secret: true, about: 'Key of OpenAI or of the compatible server that OPENAI_BASE_URL names.' },
  { name: 'OPENAI_BASE_URL', path: 'llm.providers.openai-compatible.baseUrl', about: 'OpenAI-compatible address.' },
  { name: 'ALERT_WEBHOOK_URL', secret: true, about: 'Where inference posts an alert (JSON) when a better engine has failed and a lesser one serves.' },
  { name: 'VOSK_STT_URL', path: 'stt.voskServer.url', about: 'A Vosk server (ws://…) to use for speech recognition before the local engines.' },
  { name: 'STT_OPENAI_API_KEY', secret: true, about: 'Key for speech recognition by OpenAI, or by the compatible server that STT_OPENAI_BASE_URL names. Learners’ voices go there.' },
  { name: 'STT_OPENAI_BASE_URL', path: 'stt.openai.baseUrl', about: 'A server with OpenAI’s POST /audio/transcriptions, e.g. https://speech.example.org/v1.' },
  { name: 'TTS_OPENAI_API_KEY', secret: true, about: 'Key for speech from OpenAI (tts.levels.openai); a compatible server may need none.' },
  { name: 'TTS_SERVICE_URL', path: 'tts.levels.speech-server.url', about: 'A speech server with POST /api/tts to use before the local voices.' },
];
