import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

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
    expect(readConfig({ HOST: '::1', PORT: '0', DATA_DIR: 'data', SEED: 'no', STEP_MS: '250' })).toEqual({
      host: '::1',
      port: 0,
      dataDir: 'data',
      seed: false,
      stepMs: 250,
    });
  });

  it.each([
    ['HOST', 'example.org', 'HOST must be an IP address or localhost, got "example.org"'],
    ['PORT', '65536', 'PORT must be an integer from 0 (any free port) to 65535, got "65536"'],
    ['PORT', '-1', 'PORT must be an integer from 0 (any free port) to 65535, got "-1"'],
    ['PORT', '0x50', 'PORT must be an integer from 0 (any free port) to 65535, got "0x50"'],
    ['PORT', ' 80', 'PORT must be an integer from 0 (any free port) to 65535, got " 80"'],
    ['SEED', 'true', 'SEED must be yes or no, got "true"'],
    ['SEED', 'constructor', 'SEED must be yes or no, got "constructor"'],
    ['STEP_MS', '0', 'STEP_MS must be a number of milliseconds, an integer from 1 to 3600000, got "0"'],
    ['STEP_MS', '1.5', 'STEP_MS must be a number of milliseconds, an integer from 1 to 3600000, got "1.5"'],
    ['STEP_MS', '1s', 'STEP_MS must be a number of milliseconds, an integer from 1 to 3600000, got "1s"'],
    ['DATA_DIR', 'a\0b', 'DATA_DIR must be the path of a directory, got "a\\u0000b"'],
  ])('refuses %s=%j', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(new ConfigError(message));
  });

  it('reads a token, and does not repeat one that is too short', () => {
    expect(readConfig({ CORDON_TOKEN: '0123456789abcdef' })).toEqual({
      ...DEFAULTS,
      cordonToken: '0123456789abcdef',
    });
    expect(() => readConfig({ CORDON_TOKEN: 'tooshort' })).toThrow(
      new ConfigError('CORDON_TOKEN must be at least 16 characters long'),
    );
  });

  it('names all that is wrong at once', () => {
    expect(() => readConfig({ PORT: 'http', SEED: 'maybe' })).toThrow(/^PORT .*\nSEED .*$/);
  });
});
