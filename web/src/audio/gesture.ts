/** Calls `act` at every click and key, at which a browser lets go of sound that it holds back, until `signal`. */
export function onGesture(act: () => void, signal: AbortSignal): void {
  for (const type of ['click', 'keydown']) window.addEventListener(type, act, { signal });
}
