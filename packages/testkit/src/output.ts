/** How a program ended, with what it wrote. */
export interface Ended {
  /** The exit status; `null` when a signal killed it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program has written so far. */
export class Output {
  readonly written = { stdout: '', stderr: '' };
  readonly #watchers = new Set<() => void>();

  write(name: keyof typeof this.written, text: string): void {
    this.written[name] += text;
    for (const watch of this.#watchers) watch();
  }

  /** Resolves once standard error or output holds the text, with what it matched; rejects when the program ends before. */
  saw(text: string | RegExp, ended: Promise<Ended>): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const watch = () => {
        const written = this.written.stdout + this.written.stderr;
        const found = typeof text === 'string' ? written.includes(text) && [text] : text.exec(written);
        if (!found) return;
        this.#watchers.delete(watch);
        resolve(found);
      };
      this.#watchers.add(watch);
      watch();
      void ended.then(({ status, stdout, stderr }) => {
        reject(
          new Error(`ended with ${String(status)} before it wrote ${String(text)}\n${stdout}\n${stderr}`),
        );
      }, reject);
    });
  }
}
