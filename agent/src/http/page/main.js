// The page as a whole: it asks about once a second, shows what has changed, and pauses when nobody looks.

// The least time between two looks, and how much longer than its own time a look waits for the next.
const LEAST_MS = 1000;
const REST = 5;
// Resources whose names are kept for the waits of tasks.
const MOST_POOLS = 60;

class Page {
  constructor() {
    this.paused = false;
    this.timer = 0;
    this.looking = false;
    this.again = false;
    this.historyDone = false;
    const soon = () => this.look();
    this.tasks = tasksTable(byId('tasks'), soon);
    this.findings = new Findings(byId('findings'), this.tasks.show, (text) => this.notice(text));
    this.circles = new Circles(byId('circles'), this.tasks.show);
    this.pools = new Pools(byId('pools'), (pool) => {
      setPools(this.tasks.pool, [...this.poolNames, pool].filter((name, i, all) => all.indexOf(name) === i));
      this.tasks.pool.value = pool;
      this.tasks.filter({ pool });
      byId('tasks').scrollIntoView({ behavior: 'smooth' });
    });
    this.resources = resourcesTable(byId('resources'), soon, this.tasks.show);
    this.poolNames = [];
    new Profile(byId('profile'), (text) => this.notice(text));
    byId('pause').addEventListener('click', () => this.pause(!this.paused));
    document.addEventListener('keydown', (event) => {
      const typing = event.target.closest('input, select, textarea, button, dialog');
      if (event.key === ' ' && !typing) {
        event.preventDefault();
        this.pause(!this.paused);
      }
    });
    document.addEventListener('visibilitychange', () => this.plan(0));
  }

  pause(paused) {
    this.paused = paused;
    const button = byId('pause');
    setText(button, paused ? 'Resume' : 'Pause');
    button.setAttribute('aria-pressed', String(paused));
    this.health(paused ? 'paused' : 'live');
    this.plan(0);
  }

  plan(delay) {
    clearTimeout(this.timer);
    if (!this.paused && !document.hidden) this.timer = setTimeout(() => this.look(), delay);
  }

  // One look; a change of a filter while it lasts asks again behind it.
  async look() {
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    clearTimeout(this.timer);
    const started = performance.now();
    do {
      this.again = false;
      try {
        await this.read();
        this.health(this.paused ? 'paused' : 'live');
        this.lost = false;
      } catch (error) {
        if (error.status === 401) this.again = true;
        else this.fail(error);
      }
    } while (this.again);
    this.looking = false;
    this.plan(Math.max(LEAST_MS, (performance.now() - started) * REST));
  }

  async read() {
    const summary = await askJson('/api/v1/summary');
    const pools = { sort: summary.pools > MOST_POOLS ? '-tasks.waiting' : '', limit: MOST_POOLS, history: this.historyDone ? '' : KEPT_SECONDS };
    const [findings, inPools, tasks, resources] = await Promise.all([
      askJson('/api/v1/findings'), askJson('/api/v1/pools' + query(pools)), askJson(this.tasks.path()), askJson(this.resources.path()),
    ]);
    this.historyDone = true;
    for (const resource of resources.resources) resourceNames.set(resource.id, resource.name);
    await this.nameWaits(tasks.tasks);
    this.figures(summary);
    this.findings.update(findings.findings);
    const inCircle = findings.findings.filter((finding) => finding.evidence === 'cycle' && finding.resolved_unix_ms === null);
    this.circles.update(inCircle, inCircle.length ? await askJson('/api/v1/graph') : null);
    this.poolNames = inPools.pools.map((pool) => pool.name);
    this.pools.update(inPools, summary.unix_ms);
    for (const table of [this.tasks, this.resources]) setPools(table.pool, this.poolNames);
    this.tasks.update(tasks);
    this.resources.update(resources);
    // What was said of a lost agent is over; anything else stays for its time.
    if (this.lost || this.noticeUntil < performance.now()) this.notice('');
    this.seen = Date.now();
  }

  // Tasks name what they wait on by id: the few that are not known yet are asked for, the others forgotten.
  async nameWaits(tasks) {
    const ids = new Set(tasks.flatMap((task) => task.waiting_on.map((wait) => wait.resource)).filter(Boolean));
    const unknown = [...ids].filter((id) => !resourceNames.has(id)).slice(0, 8);
    await Promise.all(unknown.map(async (id) => {
      try {
        resourceNames.set(id, (await askJson('/api/v1/resources/' + id)).name);
      } catch {
        resourceNames.set(id, id);
      }
    }));
    if (resourceNames.size > 2000) resourceNames = new Map([...resourceNames].filter(([id]) => ids.has(id)));
  }

  figures(summary) {
    setText(byId('program'), summary.program);
    setText(byId('process'), 'pid ' + summary.pid + ' · up ' + duration(Math.floor(summary.uptime_seconds)));
    document.title = (summary.findings.active ? '(' + summary.findings.active + ') ' : '') + summary.program + ' · taskscope';
    const overhead = summary.overhead.fixed === null ? null : summary.overhead.fixed + (summary.overhead.optional || 0);
    const list = [
      [summary.findings.active === 1 ? 'finding' : 'findings', number(summary.findings.active), 'What is wrong now', summary.findings.active > 0],
      ['tasks', number(summary.tasks.total), 'Live tasks'],
      ['of the CPU used is the agent', percent(overhead), 'Its share of the CPU time that the process uses: large where the program itself does nothing'],
      ['memory', bytes(summary.memory.bytes + summary.memory.slot_bytes), 'Memory that the agent holds'],
    ];
    if (!summary.enabled) list.push(['', 'recording is off', 'What is shown is from before', true]);
    if (summary.dropped) list.push(['lost', number(summary.dropped), 'Not recorded for want of room: see /api/v1/coverage', true]);
    fill(byId('figures'), JSON.stringify(list), () => list.map(([name, value, title, bad]) => el('span', { class: bad ? 'figure bad' : 'figure', title }, el('b', {}, value), name)));
  }

  fail(error) {
    this.lost = true;
    this.health('lost');
    this.notice(error.status ? 'The agent refused: ' + error.message : 'The agent does not answer. ' + (this.seen ? 'What is shown is from ' + clock(this.seen) + '.' : ''));
  }

  health(state) {
    setClass(byId('health'), 'dot ' + state);
  }

  notice(text) {
    this.noticeUntil = text ? performance.now() + 8000 : 0;
    byId('notice').hidden = !text;
    setText(byId('notice'), text);
  }
}

new Page().look();
