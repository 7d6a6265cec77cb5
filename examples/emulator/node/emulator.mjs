// Runs `ims emulator serve`, and calls its control endpoints.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

export class Emulator {
  static async start(...flags) {
    // It ends when its stdin closes: also if the test program ends without stop().
    const command = ['emulator', 'serve', '--exit-with-stdin', ...flags];
    const child = spawn(process.env.IMS_BIN ?? 'ims', command, {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit').then(() => undefined);
    const line = once(createInterface(child.stdout), 'line');
    const first = await Promise.race([line, ended]);
    if (!first) throw new Error('the emulator ended before it was ready');
    return new Emulator(child, ended, JSON.parse(first[0]));
  }

  constructor(child, ended, ready) {
    this.child = child;
    this.ended = ended;
    this.ready = ready;
    this.url = ready.url;
  }

  async credentials() {
    return JSON.parse(await readFile(this.ready.credentials, 'utf8'));
  }

  /** Sends a request to a control endpoint, and returns its answer. */
  async control(method, path, body) {
    const response = await fetch(`${this.url}/_emu/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text && JSON.parse(text);
  }

  async stop() {
    this.child.stdin.end();
    await this.ended;
  }
}
