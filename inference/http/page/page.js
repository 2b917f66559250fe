// Asks the server every two seconds and draws what it says. All of it goes in as text.

const EVERY = 2_000;
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const DAY = 86_400_000;
const time = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });
const dayAndTime = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
const when = (at) => (Date.now() - at < DAY ? time : dayAndTime).format(at);
const ms = (value) => `${number.format(value)} ms`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Seconds, as a person says them: the two largest units. */
function duration(seconds) {
  const parts = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']].map(([size, unit], index, all) => [Math.floor((index === 0 ? seconds : seconds % all[index - 1][0]) / size), unit]);
  const first = parts.findIndex(([count]) => count > 0);
  return first < 0 ? '0 s' : parts.slice(first, first + 2).map(([count, unit]) => `${number.format(count)} ${unit}`).join(' ');
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Columns: title, what a row shows, and how. On a narrow page each cell shows its title itself. */
function table(id, columns, rows, none) {
  const place = document.getElementById(id);
  if (rows.length === 0) {
    place.replaceChildren(element('p', none));
    return;
  }
  const made = element('table');
  const head = element('tr', undefined, 'head');
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
      else cell.dataset.title = columns[index].title;
      line.append(cell);
    });
    made.append(line);
  }
  place.replaceChildren(made);
}

const right = 'number';
const state = { title: 'State', show: ({ status, detail }) => (detail ? `${status}: ${detail}` : status), tone: ({ status }) => status };

function draw({ version, uptimeSeconds, parts, levels, voices, cache, queues, computing, errors }) {
  document.getElementById('about').textContent = `version ${version}, up for ${duration(uptimeSeconds)}, voices ${voices.join(', ')}`;
  table('parts', [{ title: 'Part', show: ([name]) => name }, { title: 'State', show: ([, { status, detail }]) => (detail ? `${status}: ${detail}` : status), tone: ([, { status }]) => status }], Object.entries(parts).filter(([name]) => !name.startsWith('tts.')), 'none');
  table('levels', [
    { title: 'Level', show: ({ level }) => level },
    state,
    { title: 'Breaker', show: ({ breaker }) => breaker, tone: ({ breaker }) => (breaker === 'closed' ? 'ok' : 'down') },
    { title: 'First sound', show: ({ measuredMs }) => ms(measuredMs), className: right },
    { title: 'Target', show: ({ targetMs }) => ms(targetMs), className: right },
    { title: 'Would wait', show: ({ backlogMs }) => ms(backlogMs), className: right },
    { title: 'Last error', show: ({ lastError }) => (lastError ? `${lastError.code}, ${when(lastError.at)}` : '–') },
  ], levels, 'No level is there.');
  table('queues', [
    { title: 'Stage', show: ({ stage }) => stage },
    { title: 'Now', show: ({ count }) => number.format(count), className: right },
    { title: 'At most', show: ({ limit }) => (limit === undefined ? '' : number.format(limit)), className: right },
  ], [...queues, { stage: 'computing', count: computing.slots - computing.free, limit: computing.slots }, { stage: 'waiting to compute', count: computing.waiting }], '');
  table('cache', [
    { title: 'Tier', show: ({ tier }) => tier },
    { title: 'Clauses', show: ({ entries }) => number.format(entries), className: right },
    { title: 'Size', show: ({ bytes }) => megabytes(bytes), className: right },
    { title: 'Hits', show: ({ hits }) => hits, className: right },
  ], [
    { tier: 'memory', entries: cache.entries, bytes: cache.bytes, hits: `${number.format(cache.hits)} of ${number.format(cache.hits + cache.misses)}` },
    { tier: 'disk', entries: cache.diskEntries, bytes: cache.diskBytes, hits: '–' },
  ], '');
  table('errors', [
    { title: 'When', show: ({ at }) => when(at) },
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
