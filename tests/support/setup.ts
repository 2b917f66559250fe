// Tests never talk to a service that happens to run on this machine with the defaults.
process.env['LOG_LEVEL'] ??= 'silent';
for (const name of ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET', 'MISTRAL_API_KEY', 'SCALEWAY_SECRET_KEY', 'OPENAI_API_KEY', 'VOSK_STT_URL', 'STT_OPENAI_API_KEY', 'STT_OPENAI_BASE_URL', 'TTS_SERVICE_URL', 'TTS_OPENAI_API_KEY', 'DATABASE_URL', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'ELOQUENCE_CONFIG']) {
  Reflect.deleteProperty(process.env, name);
}
