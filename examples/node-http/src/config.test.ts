import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const DEFAULTS = { host: '127.0.0.1', port: 8080, seed: true, stepMs: 3000 };

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual(DEFAULTS);
  });

  it('counts an empty variable as unset', () => {
    expect(readConfig({ HOST: '', PORT: '', DATA_DIR: '', SEED: '', STEP_MS: '', CORDON_TOKEN: '' })).toEqual(
      DEFAULTS,
    );
  });

  it('reads every variable', () => {
    expect(
      readConfig({
        HOST: '::1',
        PORT: '0',
        DATA_DIR: 'data',
        SEED: 'no',
        STEP_MS: '250',
        CORDON_TOKEN: '0123456789abcdef',
      }),
    ).toEqual({
      host: '::1',
      port: 0,
      dataDir: 'data',
      seed: false,
      stepMs: 250,
      cordonToken: '0123456789abcdef',
    });
  });

  it.each([
    ['PORT', '65536', 'PORT must be an integer from 0 to 65535, got "65536"'],
    ['PORT', '-1', 'PORT must be an integer from 0 to 65535, got "-1"'],
    ['PORT', '0x50', 'PORT must be an integer from 0 to 65535, got "0x50"'],
    ['PORT', ' 80', 'PORT must be an integer from 0 to 65535, got " 80"'],
    ['SEED', 'true', 'SEED must be yes or no, got "true"'],
    ['SEED', 'constructor', 'SEED must be yes or no, got "constructor"'],
    ['STEP_MS', '0', 'STEP_MS must be an integer from 1 to 3600000, got "0"'],
    ['STEP_MS', '1.5', 'STEP_MS must be an integer from 1 to 3600000, got "1.5"'],
    ['STEP_MS', '1s', 'STEP_MS must be an integer from 1 to 3600000, got "1s"'],
  ])('refuses %s=%j', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(new RangeError(message));
  });
});
