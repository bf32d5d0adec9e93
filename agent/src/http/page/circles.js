// Who waits for whom in a circle, as a drawing: tasks are boxes, resources are round, arrows follow the waits and holds.

const MOST_CIRCLES = 4;
const MOST_NODES = 12;
const LONGEST_LABEL = 30;

class Circles {
  constructor(section, show) {
    this.show = show;
    this.section = section;
    section.hidden = true;
    this.list = el('div', { class: 'circles' });
    section.append(el('div', { class: 'head' }, el('h2', {}, 'Circles')), this.list);
  }

  // The findings that are circles, and the graph that they are in; it is null while there is none.
  update(findings, graph) {
    const members = (finding) => [...finding.tasks, ...finding.resources].map((member) => member.id);
    const within = (cycle) => graph.edges.filter((edge) => cycle.includes(edge.from) && cycle.includes(edge.to));
    // Those that have ended meanwhile have no edges.
    const whole = (cycle) => cycle.length <= MOST_NODES && within(cycle).length >= cycle.length;
    const cycles = graph ? findings.map(members).filter(whole).slice(0, MOST_CIRCLES) : [];
    this.section.hidden = cycles.length === 0;
    const nodes = new Map(graph ? graph.nodes.map((node) => [node.id, node]) : []);
    const drawn = cycles.map((cycle) => ({ cycle: this.order(cycle, within(cycle)), edges: within(cycle) }));
    const key = JSON.stringify(drawn.map(({ cycle, edges }) => [cycle, edges.map((edge) => [edge.from, edge.to, edge.op, edge.at])]));
    fill(this.list, key, () => drawn.map(({ cycle, edges }) => this.draw(cycle, edges, nodes)));
  }

  // The nodes in the order in which the arrows lead from one to the next.
  order(cycle, edges) {
    const order = [cycle[0]];
    for (;;) {
      const next = edges.find((edge) => edge.from === order[order.length - 1] && !order.includes(edge.to));
      if (!next) return [...order, ...cycle.filter((id) => !order.includes(id))];
      order.push(next.to);
    }
  }

  draw(cycle, edges, nodes) {
    const width = 720;
    const height = cycle.length > 2 ? 300 : 150;
    const at = new Map(cycle.map((id, i) => {
      const angle = (2 * Math.PI * i) / cycle.length - (cycle.length > 2 ? Math.PI / 2 : Math.PI);
      return [id, [width / 2 + Math.cos(angle) * 250, height / 2 + Math.sin(angle) * (height / 2 - 40)]];
    }));
    const picture = svg('svg', { viewBox: '0 0 ' + width + ' ' + height, class: 'circle', role: 'img' });
    edges.forEach((edge, i) => {
      const before = edges.slice(0, i).filter((other) => other.from === edge.from && other.to === edge.to).length;
      picture.append(this.arrow(edge, at.get(edge.from), at.get(edge.to), before));
    });
    for (const id of cycle) picture.append(this.node(nodes.get(id), id, at.get(id)));
    return picture;
  }

  // One of several between the same nodes has its text below theirs: `before` says of how many.
  arrow(edge, [x1, y1], [x2, y2], before) {
    const group = svg('g', { class: 'edge ' + edge.kind });
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    // There and back are two arrows beside each other, and none of them crosses a node.
    const [bx, by] = [-uy * 14, ux * 14];
    const from = [x1 + ux * 60 + bx, y1 + uy * 20 + by];
    const to = [x2 - ux * 60 + bx, y2 - uy * 20 + by];
    const tip = [to, [to[0] - ux * 9 - uy * 4, to[1] - uy * 9 + ux * 4], [to[0] - ux * 9 + uy * 4, to[1] - uy * 9 - ux * 4]];
    group.append(svg('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }), svg('polygon', { points: tip.join(' '), class: 'tip' }));
    const text = svg('text', { x: (from[0] + to[0]) / 2 + bx, y: (from[1] + to[1]) / 2 + by + before * 13, 'text-anchor': 'middle' });
    const has = { recv: 'received by', send: 'sent to by' };
    const held = edge.op === null ? 'held by' : edge.at ? 'handed to an unpolled future of' : has[edge.op];
    const what = edge.kind === 'waits' ? edge.op : held;
    text.textContent = what + (edge.at ? ' ' + edge.at.split('/').pop() : '');
    const title = svg('title');
    title.textContent = edge.at || what;
    group.append(text, title);
    return group;
  }

  node(node, id, [x, y]) {
    const label = node ? node.label : id;
    const group = svg('g', { class: 'node ' + (node ? node.type : 'task') });
    const wide = Math.min(label.length, LONGEST_LABEL) * 6.6 + 16;
    group.append(svg('rect', { x: x - wide / 2, y: y - 13, width: wide, height: 26, rx: node && node.type === 'resource' ? 13 : 3 }));
    const text = svg('text', { x, y: y + 4, 'text-anchor': 'middle' });
    text.textContent = label.length > LONGEST_LABEL ? label.slice(0, LONGEST_LABEL - 1) + '…' : label;
    const title = svg('title');
    title.textContent = label;
    group.append(text, title);
    if (node && node.type === 'task') group.addEventListener('click', () => this.show(id));
    return group;
  }
}
