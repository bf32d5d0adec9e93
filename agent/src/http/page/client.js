// Asking the agent: one request at a time for each part of the page, and the token if it wants one.

const TOKEN = 'taskscope-token';

class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

function headers() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { Authorization: 'Bearer ' + token } : {};
}

async function ask(path, signal) {
  const response = await fetch(path, { headers: headers(), cache: 'no-store', credentials: 'omit', signal });
  if (response.ok) return response;
  let text = response.statusText;
  try {
    text = (await response.json()).error;
  } catch { /* the status says enough */ }
  if (response.status === 401) await login();
  throw new Refused(response.status, text);
}

async function askJson(path) {
  const response = await ask(path, AbortSignal.timeout(15000));
  return response.json();
}

// One question at a time, whoever needs the token.
let asking = null;

function login() {
  asking ||= new Promise((resolve) => {
    const dialog = byId('login');
    byId('wrong').hidden = !sessionStorage.getItem(TOKEN);
    dialog.addEventListener('close', () => {
      sessionStorage.setItem(TOKEN, byId('token').value.trim());
      byId('token').value = '';
      asking = null;
      resolve();
    }, { once: true });
    // Without a token there is nothing to show: Escape does not help.
    dialog.oncancel = (event) => event.preventDefault();
    if (!dialog.open) dialog.showModal();
    byId('token').focus();
  });
  return asking;
}

function query(params) {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== '' && one !== null && one !== undefined) pairs.append(name, one);
    }
  }
  const text = pairs.toString();
  return text ? '?' + text : '';
}
