/**
 * Imported for its effect by a program that `bootstrap.mjs` starts: when the process that started it is gone, however
 * it went, this one is told to end as well (SIGTERM), so that nothing is left behind.
 */
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // Listening must not keep the program from ending by itself.
  process.channel.unref();
}
