// Pools: how many tasks in which state, the last five minutes of it, and what they queue and lock.

const KEPT_SECONDS = 300;
const MOST_METERS = 5;

class Pools {
  constructor(section, filter) {
    this.filter = filter;
    this.curves = new Map();
    this.last = new Map();
    this.count = el('span', { class: 'count' });
    this.more = el('div', { class: 'dim' });
    this.grid = el('div', { class: 'pools' });
    section.append(el('div', { class: 'head' }, el('h2', {}, 'Pools', this.count), el('span', { class: 'dim' }, 'last 5 minutes'), this.more), this.grid);
    this.cards = new Keyed(this.grid, (pool) => this.card(pool));
  }

  // The history of the agent is read once; after that the page remembers by itself.
  update(document, unixMs) {
    for (const pool of document.pools) {
      const total = pool.finished.completed + pool.finished.cancelled + pool.finished.panicked;
      let curve = this.curves.get(pool.name);
      if (pool.history) {
        curve = pool.history.unix_ms.map((at, i) => ({ at, running: pool.history.running[i], runnable: pool.history.runnable[i], waiting: pool.history.waiting[i] }));
      }
      curve ||= [];
      curve.push({ at: unixMs, ...pool.tasks });
      while (curve.length && curve[0].at < unixMs - KEPT_SECONDS * 1000) curve.shift();
      this.curves.set(pool.name, curve);
      const before = this.last.get(pool.name) || {};
      const seconds = (unixMs - before.at) / 1000;
      pool.rates = { spawned: rate(pool.spawned, before.spawned, seconds), finished: rate(total, before.total, seconds) };
      this.last.set(pool.name, { at: unixMs, spawned: pool.spawned, total });
    }
    const names = new Set(document.pools.map((pool) => pool.name));
    for (const memory of [this.curves, this.last]) for (const name of memory.keys()) if (!names.has(name)) memory.delete(name);
    setText(this.count, number(document.total));
    setText(this.more, document.total > document.pools.length ? 'the ' + document.pools.length + ' with the most waiting tasks are shown' : '');
    // A pool without anything in it and behind it says nothing.
    const used = document.pools.filter((pool) => pool.spawned || pool.queues.length || pool.locks.length || pool.tasks.waiting);
    this.cards.update(used, (pool) => pool.name);
  }

  card(pool) {
    const chart = svg('svg', { viewBox: '0 0 300 44', preserveAspectRatio: 'none', role: 'img' });
    const title = svg('title');
    const areas = ['waiting', 'runnable', 'running'].map((state) => svg('path', { class: 'area-' + state }));
    chart.append(title, ...areas);
    const peak = el('span', { class: 'dim' });
    const legend = el('div', { class: 'legend' });
    const facts = el('dl', { class: 'facts' });
    const meters = el('div', { class: 'meters' });
    const only = el('button', { type: 'button', title: 'Show only its tasks', on: { click: () => this.filter(pool.name) } }, 'tasks');
    const card = el('article', { class: 'card pool' },
      el('div', { class: 'title' }, el('b', { title: pool.name }, pool.name), peak, only), chart, legend, facts, meters);
    const update = (now) => {
      const curve = this.curves.get(now.name);
      const most = drawStates(areas, curve);
      setText(peak, 'peak ' + number(most));
      setText(title, 'tasks by state, at most ' + most);
      const states = Object.entries(now.tasks).filter(([state, count]) => state !== 'unknown' || count > 0);
      fill(legend, JSON.stringify(states), () => states.map(([state, count]) => el('span', { class: state }, el('i'), state + ' ' + number(count))));
      const fields = [
        ['spawned', perSecond(now.rates.spawned)], ['poll p99', duration(now.poll_seconds.p99)],
        ['finished', perSecond(now.rates.finished)], ['delay p99', duration(now.schedule_delay_seconds.p99)],
        ['cancelled', number(now.finished.cancelled)], ['lifetime p50', duration(now.lifetime_seconds.p50)],
      ];
      if (now.finished.panicked) fields.push(['panicked', number(now.finished.panicked)]);
      fill(facts, JSON.stringify(fields), () => fields.flatMap(([name, value]) => [el('dt', {}, name), el('dd', name === 'panicked' ? { class: 'long' } : {}, value)]));
      fill(meters, JSON.stringify([now.queues, now.locks]), () => poolMeters(now));
    };
    return { nodes: [card], update };
  }
}

function perSecond(value) {
  return value === null ? UNKNOWN : number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value)) + '/s';
}

// Stacked areas; returns the peak.
function drawStates(areas, curve) {
  const states = ['waiting', 'runnable', 'running'];
  const end = curve.length ? curve[curve.length - 1].at : 0;
  const x = (point) => (300 - (end - point.at) / (KEPT_SECONDS * 1000) * 300).toFixed(1);
  const peak = Math.max(0, ...curve.map((p) => p.waiting + p.runnable + p.running));
  const most = Math.max(1, peak);
  let floor = curve.map(() => 0);
  states.forEach((state, i) => {
    const roof = curve.map((p, k) => floor[k] + p[state]);
    const line = (heights) => curve.map((p, k) => x(p) + ' ' + (43 - heights[k] / most * 41).toFixed(1));
    areas[i].setAttribute('d', curve.length > 1 ? 'M' + line(roof).join('L') + 'L' + line(floor).reverse().join('L') + 'Z' : '');
    floor = roof;
  });
  return peak;
}

// A name, a value, a warning about who waits, and a bar; a bar that is full is red only if somebody waits for it.
function meter(label, title, share, value, waits) {
  const filled = el('div', { class: 'fill' + (waits ? ' full' : share >= 0.75 ? ' high' : '') });
  filled.style.width = Math.min(100, share * 100).toFixed(0) + '%';
  const said = el('span', { class: 'value' }, value, waits ? ' · ' : '', waits ? el('b', {}, waits) : '');
  return el('div', { class: 'meter', title }, el('div', { class: 'line' }, el('span', { class: 'label' }, label), said), el('div', { class: 'track' }, filled));
}

// What is known of a queue over the last minute, and what more workers would change.
function queueing(facts) {
  if (!facts || facts.utilization === null) return [];
  const busy = plural(facts.workers, 'worker') + ' ' + Math.round(facts.utilization * 100) + ' % busy';
  const said = [perSecond(facts.arrivals_per_second), busy, duration(facts.service_seconds) + ' each', 'wait ' + duration(facts.wait_seconds)];
  return [el('div', { class: 'dim' }, said.join(' · ')), facts.advice && el('div', {}, facts.advice.text)].filter(Boolean);
}

function poolMeters(pool) {
  const rows = [];
  for (const queue of pool.queues.filter((queue) => queue.live && queue.depth !== null)) {
    const share = queue.capacity ? queue.depth / queue.capacity : queue.depth / (queue.depth + 1000);
    const value = number(queue.depth) + (queue.capacity ? ' / ' + number(queue.capacity) : ' unbounded');
    const waits = queue.senders_waiting ? number(queue.senders_waiting) + (queue.senders_waiting === 1 ? ' sender waits' : ' senders wait') : '';
    rows.push({ rank: share + (waits ? 1 : 0), node: () => el('div', {}, meter(queue.name, queue.kind + ' created at ' + queue.created_at, share, value, waits), ...queueing(queue.queueing)) });
  }
  for (const lock of pool.locks.filter((lock) => lock.live)) {
    const most = lock.permits || lock.live;
    const used = lock.permits ? lock.permits - (lock.permits_available || 0) : lock.holders;
    const waits = lock.waiters ? number(lock.waiters) + (lock.waiters === 1 ? ' waits, ' : ' wait, ') + duration(lock.oldest_wait_seconds) : '';
    rows.push({ rank: used / most + (waits ? 1 : 0), node: () => meter(lock.name, words(lock.kind) + ' created at ' + lock.created_at, used / most, number(used) + ' / ' + number(most), waits) });
  }
  rows.sort((a, b) => b.rank - a.rank);
  const shown = rows.slice(0, MOST_METERS).map((row) => row.node());
  if (rows.length > MOST_METERS) shown.push(el('div', { class: 'dim' }, 'and ' + number(rows.length - MOST_METERS) + ' more'));
  return shown;
}
