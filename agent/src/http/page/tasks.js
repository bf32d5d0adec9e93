// Tasks: what each does, what it waits on and since when, and its await backtrace when opened.

// A wait of this many seconds is worth a look.
const LONG_WAIT = 10;

function tasksTable(section, changed) {
  const show = (id) => showTask(table, id);
  const table = new Table(section, {
    title: 'Tasks', path: '/api/v1/tasks', list: 'tasks', sort: '-state_seconds', none: 'No task is alive.', changed,
    columns: [
      { title: 'Id', class: 'id', cell: (task, td) => setText(td, task.id) },
      { title: 'Task', class: 'name', cell: nameCell },
      { title: 'Pool', cell: (task, td) => setText(td, task.pool) },
      { title: 'State', cell: (task, td) => fill(td, task.state, () => [el('span', { class: 'tag ' + task.state }, task.state)]) },
      { title: 'For', sort: 'state_seconds', num: true, cell: (task, td) => setText(td, duration(task.state_seconds)) },
      { title: 'Waits on', class: 'wait', cell: waitCell },
      { title: 'Age', sort: 'age_seconds', num: true, cell: (task, td) => setText(td, duration(task.age_seconds)) },
      { title: 'Busy', sort: 'busy_seconds', num: true, cell: (task, td) => setText(td, duration(task.busy_seconds)) },
      { title: 'Polls', sort: 'polls', num: true, cell: (task, td) => setText(td, number(task.polls)) },
    ],
    detail: (task, td) => taskDetail(task, td, show),
  });
  table.pool = choice('all pools', [], (pool) => table.filter({ pool }));
  table.state = choice('all states', ['running', 'runnable', 'waiting', 'unknown'], (state) => table.filter({ state }));
  table.text = search('name, place, await or id', (text) => table.filter({ text }));
  table.filters.append(table.text, table.pool, table.state);
  table.show = show;
  return table;
}

// Shows one task, whatever the filter was.
function showTask(table, id) {
  table.pool.value = table.state.value = '';
  table.text.value = id;
  table.open.add(id);
  table.filter({ pool: '', state: '', text: id });
  byId('tasks').scrollIntoView({ behavior: 'smooth' });
}

function nameCell(task, td) {
  fill(td, task.name + task.spawned_at + task.kind, () => [
    el('div', {}, task.name, task.kind === 'task' ? null : el('span', { class: 'dim' }, ' ' + task.kind)),
    place(task.spawned_at),
  ]);
}

function waitCell(task, td) {
  const waits = task.waiting_on.slice(0, 3);
  const key = JSON.stringify(waits.map((wait) => [wait.op, wait.resource, wait.task, wait.at])) + task.waiting_on.length;
  fill(td, key, () => {
    const rows = waits.map((wait) => el('div', {}, el('b', {}, waitWord(wait, task)), ' ', place(wait.at), ' ', el('span', { class: 'mono for' })));
    if (task.waiting_on.length > 3) rows.push(el('div', { class: 'dim' }, 'and ' + (task.waiting_on.length - 3) + ' more'));
    return rows;
  });
  td.querySelectorAll('.for').forEach((node, i) => {
    setText(node, duration(waits[i].for_seconds));
    setClass(node, waits[i].for_seconds >= LONG_WAIT && waits[i].resource ? 'mono for long' : 'mono for dim');
  });
}

function waitWord(wait, task) {
  if (wait.op === 'other') {
    // The awaited expression is what is known of it.
    const line = task.backtrace.find((entry) => entry.startsWith(wait.at + ' '));
    return line ? line.slice(wait.at.length + 1) : 'await';
  }
  const what = wait.task || (wait.resource ? nameOfResource(wait.resource) : '');
  return wait.op + (what ? ' ' + what : '');
}

function taskDetail(task, td, show) {
  const key = JSON.stringify([task.backtrace, task.waiting_on.map((wait) => [wait.resource, wait.at]), task.parent, task.wakers, task.polls, Math.floor(task.age_seconds)]);
  fill(td, key, () => [el('div', { class: 'cols' },
    el('div', {}, el('h3', {}, 'Awaits, outermost first'), traceList(task)),
    task.waiting_on.length ? el('div', {}, el('h3', {}, 'Waits on'), el('dl', { class: 'kv' }, ...task.waiting_on.flatMap((wait) => [
      el('dt', {}, waitWord(wait, task) + (wait.resource ? ' (' + wait.resource + ')' : '')), el('dd', {}, place(wait.at), ' for ' + duration(wait.for_seconds)),
    ]))) : null,
    el('div', {}, el('h3', {}, 'Times'), facts([
      ['age', duration(task.age_seconds)], ['busy', duration(task.busy_seconds)],
      ['scheduled', duration(task.scheduled_seconds)], ['waiting', duration(task.waiting_seconds)],
    ])),
    el('div', {}, el('h3', {}, 'Facts'), facts([
      ['spawned at', place(task.spawned_at)], ['by', task.parent ? taskLink(task.parent, '', show) : UNKNOWN],
      ['polls', number(task.polls)], ['wakes', number(task.wakes)],
      ['last woken by', waker(task, show)], ['live wakers', number(task.wakers)], ['fully covered', task.covered ? 'yes' : 'no'],
    ])))]);
}

function waker(task, show) {
  const by = task.woken_by;
  if (!by) return UNKNOWN;
  if (by.kind === 'task') return taskLink(by.task, '', show);
  return { self: 'itself', runtime: 'the runtime: a timer, I/O or a yield', outside: 'a thread that is no task' }[by.kind];
}

function traceList(task) {
  if (!task.backtrace.length) return el('div', { class: 'dim' }, task.state === 'running' ? 'It is running.' : 'No await of it was recorded.');
  const list = el('ul', { class: 'trace' });
  task.backtrace.forEach((line, depth) => {
    const cut = line.indexOf(' ');
    const [where, label] = cut < 0 ? [line, ''] : [line.slice(0, cut), line.slice(cut + 1)];
    const item = el('li', { class: depth === task.backtrace.length - 1 ? 'last' : '' }, label ? label + '  ' : '', place(where));
    item.style.setProperty('--depth', depth);
    list.append(item);
  });
  if (task.backtrace_lost) list.append(el('li', { class: 'dim' }, 'and ' + task.backtrace_lost + ' more that did not fit'));
  return list;
}

function facts(pairs) {
  return el('dl', { class: 'kv' }, ...pairs.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}
