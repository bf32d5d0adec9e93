// A table over a list of the API: sorted and paged by the agent, rows that open, and that stay open.

const PAGE_SIZE = 30;
// Rows a person has opened are remembered, but not for ever.
const MOST_OPEN = 200;

class Table {
  // columns: [{title, sort, num, cell(entry, td)}]; detail(entry, td).
  constructor(section, options) {
    this.options = options;
    this.sort = options.sort;
    this.params = {};
    this.cursors = [''];
    this.open = new Set();
    this.count = el('span', { class: 'count' });
    this.filters = el('div', { class: 'acts' });
    this.body = el('tbody');
    this.empty = el('div', { class: 'empty', hidden: true });
    this.headings = options.columns.map((column) => this.heading(column));
    this.range = el('span', { class: 'dim' });
    this.back = el('button', { type: 'button', on: { click: () => this.turn(-1) } }, 'Previous');
    this.forth = el('button', { type: 'button', on: { click: () => this.turn(1) } }, 'Next');
    this.pager = el('div', { class: 'pager', hidden: true }, this.back, this.forth, this.range);
    section.append(
      el('div', { class: 'head' }, el('h2', {}, options.title, this.count), el('span', { class: 'grow' }), this.filters),
      el('div', { class: 'card' }, el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, el('tr', {}, ...this.headings)), this.body)), this.empty, this.pager));
    this.rows = new Keyed(this.body, (entry) => this.row(entry));
    this.mark();
  }

  heading(column) {
    const heading = el('th', { class: column.num ? 'num' : '', scope: 'col' });
    if (!column.sort) heading.append(column.title);
    else {
      heading.append(el('button', { type: 'button', on: { click: () => {
        // The first click shows the largest, which is what a person looks for.
        this.sort = this.sort === '-' + column.sort ? column.sort : '-' + column.sort;
        this.mark();
        this.restart();
      } } }, column.title));
    }
    return heading;
  }

  mark() {
    this.options.columns.forEach((column, i) => {
      const now = this.sort === column.sort ? 'ascending' : this.sort === '-' + column.sort ? 'descending' : 'none';
      if (column.sort) this.headings[i].setAttribute('aria-sort', now);
    });
  }

  path() {
    return this.options.path + query({ ...this.params, sort: this.sort, limit: PAGE_SIZE, cursor: this.cursors[this.cursors.length - 1] });
  }

  restart() {
    this.cursors = [''];
    this.options.changed();
  }

  filter(params) {
    Object.assign(this.params, params);
    this.restart();
  }

  turn(by) {
    if (by < 0) this.cursors.pop();
    else this.cursors.push(this.next);
    this.options.changed();
  }

  update(document) {
    const entries = document[this.options.list];
    if (!entries.length && this.cursors.length > 1) {
      // The page has emptied under our feet.
      this.restart();
      return;
    }
    this.next = document.next;
    setText(this.count, number(document.total));
    const first = (this.cursors.length - 1) * PAGE_SIZE;
    setText(this.range, number(first + 1) + '–' + number(first + entries.length) + ' of ' + number(document.total));
    this.back.disabled = this.cursors.length === 1;
    this.forth.disabled = document.next === null;
    this.pager.hidden = document.next === null && this.cursors.length === 1;
    this.empty.hidden = entries.length > 0;
    setText(this.empty, Object.values(this.params).some((value) => value && value.length) ? 'Nothing passes the filter.' : this.options.none);
    this.rows.update(entries, (entry) => entry.id);
  }

  row(entry) {
    const id = entry.id;
    const cells = this.options.columns.map((column) => el('td', { class: column.num ? 'num' : column.class || '' }));
    const row = el('tr', { class: 'row', tabIndex: 0 }, ...cells);
    const inside = el('td', { colSpan: cells.length });
    const detail = el('tr', { class: 'detail', hidden: true }, inside);
    let latest = entry;
    const show = () => {
      const open = this.open.has(id);
      setClass(row, open ? 'row open' : 'row');
      row.setAttribute('aria-expanded', String(open));
      detail.hidden = !open;
      if (open) this.options.detail(latest, inside);
    };
    const toggle = () => {
      // A selection of text is not a click.
      if (String(getSelection())) return;
      if (!this.open.delete(id)) this.open.add(id);
      if (this.open.size > MOST_OPEN) this.open.delete(this.open.values().next().value);
      show();
    };
    row.addEventListener('click', toggle);
    row.addEventListener('keydown', (event) => {
      if (event.target === row && event.key === 'Enter') toggle();
    });
    const update = (now) => {
      latest = now;
      this.options.columns.forEach((column, i) => column.cell(now, cells[i]));
      show();
    };
    return { nodes: [row, detail], update };
  }
}

// A filter of a few words; `all` is first.
function choice(label, options, changed) {
  const select = el('select', { title: label, on: { change: () => changed(select.value) } });
  select.setAttribute('aria-label', label);
  select.append(el('option', { value: '' }, label), ...options.map((option) => el('option', { value: option }, words(option))));
  return select;
}

// A text filter that waits until the person has stopped typing.
function search(label, changed) {
  let timer = 0;
  const input = el('input', { type: 'search', placeholder: label, maxLength: 200, on: { input: () => {
    clearTimeout(timer);
    timer = setTimeout(() => changed(input.value.trim()), 250);
  } } });
  input.setAttribute('aria-label', label);
  return input;
}

// Keeps the names in a pool filter up to date without touching what is chosen.
function setPools(select, names) {
  const key = names.join('\n');
  if (select.dataset.key === key) return;
  select.dataset.key = key;
  const chosen = select.value;
  const all = chosen && !names.includes(chosen) ? [...names, chosen] : names;
  select.replaceChildren(select.firstElementChild, ...all.map((name) => el('option', { value: name }, name)));
  select.value = chosen;
}
