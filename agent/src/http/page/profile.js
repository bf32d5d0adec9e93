// CPU flamegraphs: asked for with one click, saved under the name that the agent gives.

class Profile {
  constructor(parent, tell) {
    this.tell = tell;
    this.running = null;
    this.length = choice('length of the profile', [], () => {});
    this.length.replaceChildren(...[5, 10, 30, 60].map((seconds) => el('option', { value: String(seconds) }, seconds + ' s')));
    const title = 'Profile the CPU of the running process and save a flamegraph';
    this.start = el('button', { type: 'button', title, on: { click: () => this.take(Number(this.length.value)) } }, 'Flamegraph');
    this.stop = el('button', { type: 'button', hidden: true, on: { click: () => this.running.abort() } });
    parent.append(this.start, this.length, this.stop);
  }

  async take(seconds) {
    const running = this.running = new AbortController();
    const end = performance.now() + seconds * 1000;
    const left = () => setText(this.stop, 'Profiling, ' + Math.max(0, Math.ceil((end - performance.now()) / 1000)) + ' s · cancel');
    const timer = setInterval(left, 250);
    left();
    this.show(true);
    try {
      await download('/flamegraph' + query({ profile: 'cpu', seconds }), 'flamegraph.svg', running.signal);
    } catch (error) {
      if (!running.signal.aborted) this.tell('No flamegraph: ' + error.message);
    } finally {
      clearInterval(timer);
      this.show(false);
    }
  }

  show(running) {
    this.stop.hidden = !running;
    this.start.hidden = this.length.hidden = running;
  }
}

// Saves an answer under the name that the agent gives, or else under this one.
async function download(path, otherwise, signal) {
  const response = await ask(path, signal);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') || '');
  const url = URL.createObjectURL(await response.blob());
  el('a', { href: url, download: name ? name[1] : otherwise }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
