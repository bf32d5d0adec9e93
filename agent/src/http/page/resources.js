// Resources: how full the queues are, who holds the locks, and who waits.

// Names of the resources that were seen last, for the waits of tasks.
let resourceNames = new Map();

function nameOfResource(id) {
  return resourceNames.get(id) || id;
}

const RESOURCE_KINDS = ['mutex', 'rwlock', 'semaphore', 'mpsc', 'oneshot', 'broadcast', 'watch', 'notify', 'barrier', 'once_cell', 'join', 'condvar', 'blocking_pool'];

function resourcesTable(section, changed, show) {
  const table = new Table(section, {
    title: 'Resources', path: '/api/v1/resources', list: 'resources', sort: '-waiters_total', none: 'No queue or lock is alive.', changed,
    columns: [
      { title: 'Id', class: 'id', cell: (resource, td) => setText(td, resource.id) },
      { title: 'Resource', class: 'name', cell: (resource, td) => fill(td, resource.name + resource.created_at, () => [el('div', {}, el('b', {}, resource.name), el('span', { class: 'dim' }, ' ' + words(resource.kind))), place(resource.created_at)]) },
      { title: 'Pool', cell: (resource, td) => setText(td, resource.pool) },
      { title: 'State', cell: (resource, td) => fill(td, resource.state, () => [el('span', { class: 'tag ' + resource.state }, resource.state)]) },
      { title: 'Level', class: 'bars', cell: levelCell },
      { title: 'Waiters', sort: 'waiters_total', num: true, cell: (resource, td) => setText(td, number(resource.waiters_total)) },
      { title: 'Held by', class: 'wait', cell: (resource, td) => holderCell(resource, td, show) },
      { title: 'Wait p99', sort: 'wait_seconds.p99', num: true, cell: (resource, td) => setText(td, duration(resource.wait_seconds.p99)) },
      { title: 'Hold p99', sort: 'hold_seconds.p99', num: true, cell: (resource, td) => setText(td, duration(resource.hold_seconds.p99)) },
      { title: 'Dwell p99', sort: 'dwell_seconds.p99', num: true, cell: (resource, td) => setText(td, duration(resource.dwell_seconds.p99)) },
    ],
    detail: (resource, td) => resourceDetail(resource, td, show),
  });
  table.pool = choice('all pools', [], (pool) => table.filter({ pool }));
  table.filters.append(
    search('name, place or id', (text) => table.filter({ text })), table.pool,
    choice('all kinds', RESOURCE_KINDS, (kind) => table.filter({ kind })),
    choice('all states', ['closed', 'contended', 'held', 'filled', 'idle'], (state) => table.filter({ state })));
  return table;
}

function levelCell(resource, td) {
  let level = null;
  if (resource.depth !== null) level = [resource.depth, resource.capacity];
  else if (resource.permits !== null && resource.permits_available !== null) level = [resource.permits - resource.permits_available, resource.permits];
  else if (resource.parties !== null && resource.arrived !== null) level = [resource.arrived, resource.parties];
  fill(td, JSON.stringify(level), () => {
    if (!level) return [el('span', { class: 'dim' }, UNKNOWN)];
    const [used, most] = level;
    const text = el('span', { class: 'mono' }, number(used) + (most ? ' / ' + number(most) : ''));
    if (!most) return [text, el('span', { class: 'dim' }, ' unbounded')];
    const filled = el('div', { class: 'fill' + (used >= most ? ' full' : used >= most * 0.75 ? ' high' : '') });
    filled.style.width = Math.min(100, used / most * 100).toFixed(0) + '%';
    return [el('div', { class: 'track' }, filled), text];
  });
}

function holderCell(resource, td, show) {
  const first = resource.holders.slice(0, 2);
  fill(td, JSON.stringify(first.map((holder) => [holder.task, holder.acquired_at])) + resource.holders_total, () => {
    const rows = first.map((holder) => el('div', {}, holder.task ? taskLink(holder.task, '', show) : 'outside of tasks', ' ', place(holder.acquired_at), ' ', el('span', { class: 'mono for' })));
    if (resource.holders_total > 2) rows.push(el('div', { class: 'dim' }, 'and ' + number(resource.holders_total - 2) + ' more'));
    return rows;
  });
  td.querySelectorAll('.for').forEach((node, i) => {
    setText(node, first[i].for_seconds === null ? '' : duration(first[i].for_seconds));
    setClass(node, first[i].for_seconds >= LONG_WAIT ? 'mono for long' : 'mono for dim');
  });
}

function resourceDetail(resource, td, show) {
  const waiters = resource.waiters.slice(0, 20);
  const key = JSON.stringify([waiters.map((waiter) => [waiter.task, Math.floor(waiter.for_seconds), waiter.unpolled, waiter.granted]), resource.waiters_total, resource.sent, resource.received, resource.missed, resource.senders, resource.receivers]);
  const quantiles = (q) => [q.p50, q.p99, q.max].map(duration).join(' / ');
  const all = [
    ['messages sent', resource.sent], ['received', resource.received], ['missed', resource.missed], ['senders', resource.senders], ['receivers', resource.receivers],
    ['permits', resource.permits], ['available', resource.permits_available], ['added', resource.permits_added], ['forgotten', resource.permits_forgotten], ['parties', resource.parties], ['arrived', resource.arrived],
  ].filter(([, value]) => value !== null).map(([name, value]) => [name, number(value)]);
  fill(td, key, () => [el('div', { class: 'cols' },
    el('div', {}, el('h3', {}, 'Who waits, longest first'), waiters.length ? el('dl', { class: 'kv' }, ...waiters.flatMap((waiter) => [
      el('dt', {}, waiter.task ? taskLink(waiter.task, '', show) : 'outside of tasks', ' ' + waiter.op),
      el('dd', {}, place(waiter.at), ' for ' + duration(waiter.for_seconds) + (waiter.granted ? ', handed to it' : '') + (waiter.unpolled ? ', not polled in the last ' + number(waiter.unpolled) + (waiter.unpolled === 1 ? ' poll' : ' polls') + ' of its task' : '')),
    ])) : el('div', { class: 'dim' }, 'Nobody.'),
    resource.waiters_total > waiters.length ? el('div', { class: 'dim' }, 'and ' + number(resource.waiters_total - waiters.length) + ' more') : null),
    all.length ? el('div', {}, el('h3', {}, 'Now'), facts(all)) : null,
    el('div', {}, el('h3', {}, 'p50 / p99 / longest'), facts([
      ['wait', quantiles(resource.wait_seconds)], ['hold', quantiles(resource.hold_seconds)],
      ['dwell', quantiles(resource.dwell_seconds)], ['wait to send', quantiles(resource.send_wait_seconds)],
    ])),
    el('div', {}, el('h3', {}, 'Facts'), facts([
      ['created at', place(resource.created_at)], ['by', resource.creator ? taskLink(resource.creator, '', show) : UNKNOWN],
      ['age', duration(resource.age_seconds)], ['fully covered', resource.covered ? 'yes' : 'no'],
    ])))]);
}
