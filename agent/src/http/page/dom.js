// Building and updating the document. Texts are only ever set as text.

const SVG = 'http://www.w3.org/2000/svg';

function byId(id) {
  return document.getElementById(id);
}

function setProps(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name === 'class') node.setAttribute('class', value);
    else if (name === 'on') for (const [event, action] of Object.entries(value)) node.addEventListener(event, action);
    else if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
}

// An element: el('p', {class: 'x'}, 'text', child, ...).
function el(tag, props, ...children) {
  const node = document.createElement(tag);
  setProps(node, props || {});
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function svg(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
  return node;
}

// Sets a text only if it differs, so that a selection survives.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function setClass(node, text) {
  if (node.getAttribute('class') !== text) node.setAttribute('class', text);
}

// Replaces the children if what they show has changed; `key` says what they show.
function fill(node, key, build) {
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(...build().filter((child) => child !== null && child !== undefined));
}

// Keeps one child per entry, in order: makes what is new, updates what stays, removes what is gone.
class Keyed {
  constructor(parent, make) {
    this.parent = parent;
    this.make = make;
    this.children = new Map();
  }

  update(entries, keyOf) {
    const seen = new Set();
    let next = this.parent.firstElementChild;
    for (const entry of entries) {
      const key = keyOf(entry);
      if (seen.has(key)) continue;
      seen.add(key);
      let child = this.children.get(key);
      if (!child) {
        child = this.make(entry);
        this.children.set(key, child);
      }
      child.update(entry);
      for (const node of child.nodes) {
        if (node === next) next = next.nextElementSibling;
        else this.parent.insertBefore(node, next);
      }
    }
    for (const [key, child] of this.children) {
      if (seen.has(key)) continue;
      for (const node of child.nodes) node.remove();
      this.children.delete(key);
    }
  }
}
