/** To be run in the page, before it loads: keeps the microphones it opens at hand, and lets it believe in `permission`. */
export function keepStreams(permission: PermissionState): void {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const streams: MediaStream[] = [];
  const status = Object.assign(new EventTarget(), { state: permission });
  Object.assign(window, { streams });
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    streams.push(stream);
    return stream;
  };
  navigator.permissions.query = () => Promise.resolve(status as unknown as PermissionStatus);
}

/** To be run in the page: what a browser does when a microphone is unplugged. */
export function loseMicrophone(): void {
  const [stream] = (window as unknown as { streams: MediaStream[] }).streams;
  const [track] = stream?.getAudioTracks() ?? [];
  track?.stop();
  track?.dispatchEvent(new Event('ended'));
}
