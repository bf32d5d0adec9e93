// What is wrong: first on the page, the worst first, what has healed last.

// Ids of tasks in one line of a finding.
const MOST_IDS = 8;
const SEVERITIES = ['critical', 'warning', 'info'];

class Findings {
  constructor(section, show, tell) {
    this.show = show;
    this.tell = tell;
    this.count = el('span', { class: 'count' });
    this.fine = el('div', { class: 'card fine', hidden: true }, 'No findings: nothing was proven stuck or caught in the act.');
    this.list = el('div');
    section.append(el('div', { class: 'head' }, el('h2', {}, 'Findings', this.count)), this.fine, this.list);
    this.cards = new Keyed(this.list, (finding) => this.card(finding));
  }

  update(findings) {
    const active = findings.filter((finding) => finding.resolved_unix_ms === null);
    setText(this.count, active.length ? String(active.length) : '');
    this.fine.hidden = active.length > 0;
    const rank = (f) => (f.resolved_unix_ms === null ? SEVERITIES.indexOf(f.severity) : 9);
    const order = findings.slice().sort((a, b) => rank(a) - rank(b) || b.since_unix_ms - a.since_unix_ms);
    this.cards.update(order, (finding) => finding.id);
  }

  card(finding) {
    const since = el('span', { class: 'dim' });
    const what = el('div', { class: 'what' });
    const sum = el('p', { class: 'sum' });
    const advice = el('p', { class: 'advice' });
    const places = el('ul');
    const stack = el('details', { hidden: true });
    const card = el('article', { class: 'card' }, what, sum, advice, places, stack);
    const update = (now) => {
      const over = now.resolved_unix_ms !== null;
      setClass(card, 'card finding ' + (over ? 'resolved' : now.severity));
      fill(what, now.severity + now.kind + now.certainty + over + now.trace, () => [
        el('span', { class: 'tag ' + (over ? '' : now.severity) }, over ? 'healed' : now.severity),
        el('b', {}, words(now.kind)),
        el('span', { class: 'dim', title: 'evidence: ' + now.evidence }, now.certainty),
        el('span', { class: 'dim' }, 'pool ' + now.pool),
        el('span', { class: 'place' }, now.blamed_at),
        since,
        now.trace ? el('button', { class: 'link', type: 'button', title: 'What happened around it, for ui.perfetto.dev', on: { click: () => this.save(now.trace) } }, 'trace') : null,
      ]);
      const lasted = (now.resolved_unix_ms || Date.now()) - now.since_unix_ms;
      setText(since, over
        ? clock(now.since_unix_ms) + ' to ' + clock(now.resolved_unix_ms)
        : 'since ' + clock(now.since_unix_ms) + ', ' + duration(Math.floor(lasted / 1000)));
      fill(sum, now.summary, () => prose(now.summary));
      fill(advice, now.advice, () => prose(now.advice));
      advice.hidden = places.hidden = over;
      if (!over) this.places(places, now);
      stack.hidden = !now.stack && !now.stack_missing;
      fill(stack, JSON.stringify([now.stack, now.stack_missing]), () => this.stack(now));
    };
    return { nodes: [card], update };
  }

  async save(trace) {
    try {
      await download(trace, 'finding.trace.json');
    } catch (error) {
      this.tell('No trace: ' + error.message);
    }
  }

  // What the thread did when it was caught, folded: the line says where the program's own code was.
  stack(finding) {
    if (!finding.stack) return [el('summary', { class: 'dim' }, 'No stack: ' + finding.stack_missing)];
    const named = finding.stack.filter((frame) => frame.function);
    // A C library names its files from the folder that it was built in.
    const own = named.find((frame) => frame.file && !/^\.{0,2}\//.test(frame.file)) || named[0];
    const name = (frame) => el('code', {}, frame.function || 'unknown code');
    const at = (frame) => (frame.file ? el('span', {}, ' at ', place(frame.file + (frame.line ? ':' + frame.line : ''))) : null);
    const called = named[0] === own ? null : el('span', {}, ', called in ', name(own));
    return [
      el('summary', {}, 'Stack: in ', name(named[0]), called, at(own)),
      el('ol', {}, ...finding.stack.map((frame) => el('li', {}, name(frame), at(frame)))),
    ];
  }

  // Tasks that stand at the same place are one line.
  places(list, finding) {
    const resources = finding.resources.slice(0, 6);
    const groups = new Map();
    for (const task of finding.tasks) {
      const wait = task.waiting_on[0];
      const key = JSON.stringify([task.name, task.spawned_at, wait && [wait.op, wait.resource, wait.at]]);
      if (!groups.has(key)) groups.set(key, { task, wait, ids: [] });
      groups.get(key).ids.push(task.id);
    }
    const shown = [...groups.values()].slice(0, 6);
    const listed = shown.reduce((sum, group) => sum + group.ids.length, 0);
    const key = JSON.stringify([[...groups.keys()], shown.map((group) => group.ids.slice(0, MOST_IDS)), finding.tasks_total, finding.behind_total, resources.map((r) => [r.id, r.holders])]);
    fill(list, key, () => {
      const rows = shown.map(({ task, wait, ids }) => el('li', {},
        el('b', {}, task.name), ' spawned at ', place(task.spawned_at),
        wait ? el('span', {}, ' waits: ' + wait.op + ' ', wait.resource ? el('b', {}, nameOf(resources, wait.resource) + ' ') : '', 'at ', place(wait.at)) : null, ': ',
        ...ids.slice(0, MOST_IDS).flatMap((id) => [taskLink(id, '', this.show), ' ']),
        ids.length > MOST_IDS ? el('span', { class: 'dim' }, 'and ' + number(ids.length - MOST_IDS + (shown.length === 1 ? finding.tasks_total - listed : 0)) + ' more') : null));
      if (finding.behind_total) {
        const ids = finding.behind.slice(0, MOST_IDS);
        rows.push(el('li', {}, 'behind them: ', ...ids.flatMap((task) => [taskLink(task.id, task.name, this.show), ' ']),
          finding.behind_total > ids.length ? el('span', { class: 'dim' }, 'and ' + number(finding.behind_total - ids.length) + ' more') : null));
      }
      for (const resource of resources) {
        const holder = resource.holders[0];
        rows.push(el('li', {}, el('b', {}, words(resource.kind) + ' ' + resource.name), ' created at ', place(resource.created_at),
          holder ? el('span', {}, ' held by ', holder.task ? taskLink(holder.task, '', this.show) : 'code outside of tasks', ', taken at ', place(holder.acquired_at)) : null));
      }
      const more = finding.tasks_total - listed;
      if (more > 0 && shown.length > 1) rows.push(el('li', { class: 'dim' }, 'and ' + number(more) + ' more ' + (more === 1 ? 'task' : 'tasks')));
      return rows;
    });
  }
}

// A sentence in which what stands between backticks is code.
function prose(text) {
  return text.split('`').map((part, i) => (i % 2 ? el('code', {}, part) : part));
}

function nameOf(resources, id) {
  const found = resources.find((resource) => resource.id === id);
  return found ? found.name : id;
}

// A place in the source; a long path breaks at its slashes.
function place(text) {
  const parts = text.split('/');
  return el('span', { class: 'place' }, ...parts.flatMap((part, i) => (i ? [el('wbr'), '/' + part] : [part])));
}

function taskLink(id, name, show) {
  return el('button', { class: 'link', type: 'button', title: 'Show this task', on: { click: (event) => { event.stopPropagation(); show(id); } } }, (name ? name + ' ' : '') + id);
}
