import { useCallback, useEffect, useState } from 'react';
import { failureOf, type Failure } from './reply.ts';

/** Something asked of the service, as it stands. */
export type Loaded<Value> =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly value: Value }
  | { readonly status: 'failed'; readonly failure: Failure };

/** Asks when the page is shown; `reload` asks again. `load` must be the same function from one drawing to the next. */
export function useLoaded<Value>(load: () => Promise<Value>): { loaded: Loaded<Value>; reload: () => void } {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ status: 'loading' });
  const ask = useCallback(() => {
    let wanted = true;
    load().then(
      (value) => wanted && setLoaded({ status: 'ready', value }),
      (error: unknown) => wanted && setLoaded({ status: 'failed', failure: failureOf(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [load]);
  useEffect(ask, [ask]);
  const reload = useCallback(() => {
    setLoaded({ status: 'loading' });
    ask();
  }, [ask]);
  return { loaded, reload };
}
