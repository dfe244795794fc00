/** Reports the fields of a value that a function never looks at, as paths. To a validator, they are unknown. */
export function unreadFields(value: object, read: (watched: object) => void): string[] {
  const unread = new Set<string>();
  const note = (target: object, path: string) => {
    for (const [key, field] of Object.entries(target) as [string, unknown][]) {
      unread.add(`${path}/${key}`);
      if (isObject(field)) note(field, `${path}/${key}`);
    }
  };
  note(value, '');
  read(watch(value, '', (path) => unread.delete(path)));
  return [...unread];
}

function watch(target: object, path: string, onRead: (path: string) => void): object {
  return new Proxy(target, {
    get(object, key, receiver) {
      const below = `${path}/${String(key)}`;
      onRead(below);
      const field: unknown = Reflect.get(object, key, receiver);
      return isObject(field) ? watch(field, below, onRead) : field;
    },
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
