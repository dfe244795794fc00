import pg from 'pg';

/** The database that the backend has anyway. */
export const pool: pg.Pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
