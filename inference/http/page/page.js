// Asks the server every two seconds and draws what it says. All of it goes in as text.

const EVERY = 2_000;
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const time = new Intl.DateTimeFormat('en', { timeStyle: 'medium' });
const ms = (value) => `${number.format(value)} ms`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Columns: title, what a row shows, and how. */
function table(id, columns, rows, none) {
  const place = document.getElementById(id);
  if (rows.length === 0) {
    place.replaceChildren(element('p', none));
    return;
  }
  const made = element('table');
  const head = element('tr');
  for (const { title, className } of columns) {
    const cell = element('th', title, className);
    cell.scope = 'col';
    head.append(cell);
  }
  made.append(head);
  for (const row of rows) {
    const line = element('tr');
    columns.forEach(({ show, className, tone }, index) => {
      const cell = element(index === 0 ? 'th' : 'td', show(row), tone ? tone(row) : className);
      if (index === 0) cell.scope = 'row';
      line.append(cell);
    });
    made.append(line);
  }
  place.replaceChildren(made);
}

const right = 'number';
const state = { title: 'State', show: ({ status, detail }) => (detail ? `${status}: ${detail}` : status), tone: ({ status }) => status };

function draw({ version, uptimeSeconds, parts, levels, voices, cache, queues, computing, errors }) {
  document.getElementById('about').textContent = `version ${version}, up for ${number.format(uptimeSeconds)} s, voices ${voices.join(', ')}`;
  table('parts', [{ title: 'Part', show: ([name]) => name }, { title: 'State', show: ([, { status, detail }]) => (detail ? `${status}: ${detail}` : status), tone: ([, { status }]) => status }], Object.entries(parts).filter(([name]) => !name.startsWith('tts.')), 'none');
  table('levels', [
    { title: 'Level', show: ({ level }) => level },
    state,
    { title: 'Breaker', show: ({ breaker }) => breaker, tone: ({ breaker }) => (breaker === 'closed' ? 'ok' : 'down') },
    { title: 'First sound', show: ({ measuredMs }) => ms(measuredMs), className: right },
    { title: 'Target', show: ({ targetMs }) => ms(targetMs), className: right },
    { title: 'Would wait', show: ({ backlogMs }) => ms(backlogMs), className: right },
    { title: 'Last error', show: ({ lastError }) => (lastError ? `${lastError.code}, ${time.format(lastError.at)}` : '–') },
  ], levels, 'No level is there.');
  table('queues', [
    { title: 'Stage', show: ({ stage }) => stage },
    { title: 'Now', show: ({ count }) => number.format(count), className: right },
    { title: 'At most', show: ({ limit }) => number.format(limit), className: right },
  ], [...queues, { stage: 'computing', count: computing.slots - computing.free, limit: computing.slots }, { stage: 'waiting to compute', count: computing.waiting, limit: Infinity }], '');
  table('cache', [
    { title: 'Tier', show: ({ tier }) => tier },
    { title: 'Clauses', show: ({ entries }) => number.format(entries), className: right },
    { title: 'Size', show: ({ bytes }) => megabytes(bytes), className: right },
    { title: 'Hits', show: ({ hits }) => hits, className: right },
  ], [
    { tier: 'memory', entries: cache.entries, bytes: cache.bytes, hits: `${number.format(cache.hits)} of ${number.format(cache.hits + cache.misses)}` },
    { tier: 'disk', entries: cache.diskEntries, bytes: cache.diskBytes, hits: '' },
  ], '');
  table('errors', [
    { title: 'When', show: ({ at }) => time.format(at) },
    { title: 'Route', show: ({ route }) => route },
    { title: 'Code', show: ({ code }) => code, tone: () => 'down' },
  ], errors, 'None since the start.');
}

async function look() {
  try {
    const reply = await fetch('status', { signal: AbortSignal.timeout(EVERY * 2) });
    draw(await reply.json());
    document.body.classList.remove('gone');
  } catch {
    document.getElementById('about').textContent = 'The server does not answer.';
    document.body.classList.add('gone');
  }
  setTimeout(look, EVERY);
}

void look();
