import { describe, expect, it } from 'vitest';
import { formatDeploymentRecord, nameOf, parseDeploymentRecord } from './deployment-record.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('parseDeploymentRecord', () => {
  it('reads a record, with the fields that nobody here knows', () => {
    const record = { id: 'a1', status: 'pending', pdmReservationToken: 'rsv', adoptedAt: null };
    expect(parseDeploymentRecord(bytes(JSON.stringify(record)), 'a1')).toEqual(record);
  });

  it('reads back what was formatted', () => {
    const record = { id: 'a1', status: 'no such status', events: [{ message: 'né' }] };
    expect(parseDeploymentRecord(bytes(formatDeploymentRecord(record)), 'a1')).toEqual(record);
  });

  it.each([
    ['', 'it is empty'],
    ['{"id":"a1","status":"tofu-app', 'it is torn, or not JSON'],
    ['hello', 'it is torn, or not JSON'],
    ['null', 'it holds JSON, but not an object'],
    ['[]', 'it holds JSON, but not an object'],
    ['"a1"', 'it holds JSON, but not an object'],
    ['{"status":"ready"}', 'its id is not the one in its file name'],
    ['{"id":"b2","status":"ready"}', 'its id is not the one in its file name'],
    ['{"id":"a1"}', 'its status is not a string'],
    ['{"id":"a1","status":3}', 'its status is not a string'],
    ['{"id":"a1","status":"pending","adoptedAt":0}', 'its adoptedAt is not a string'],
    ['{"id":"a1","status":"pending","events":{}}', 'its events are not a list of objects'],
    ['{"id":"a1","status":"pending","events":[null]}', 'its events are not a list of objects'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(() => parseDeploymentRecord(bytes(text), 'a1')).toThrow(new TypeError(problem));
  });

  it('takes bytes that are not UTF-8 for damage', () => {
    const torn = bytes('{"id":"a1","status":"ready","note":"é"}').filter((byte) => byte !== 0xa9);
    expect(() => parseDeploymentRecord(torn, 'a1')).toThrow('it is torn, or not JSON');
  });
});

describe('nameOf', () => {
  it('is the subdomain', () => {
    expect(nameOf({ id: 'a1', status: 'ready', request: { sovereignSubdomain: 't13' } })).toBe('t13');
  });

  it.each([undefined, null, 'text', { sovereignSubdomain: 13 }])(
    'is the id when the request is %j',
    (request) => {
      expect(nameOf({ id: 'a1', status: 'ready', request })).toBe('a1');
    },
  );
});
