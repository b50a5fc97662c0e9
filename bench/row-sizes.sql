-- What a row takes on PostgreSQL, with its indexes: fills the tables that grow with users, and tells bytes a row.
-- psql -f bench/row-sizes.sql "$POSTGRESQL_URL", from the root of the repository; drops what it made.
\set ON_ERROR_STOP on
\set QUIET on
DROP DATABASE IF EXISTS gatehouse_row_sizes;
CREATE DATABASE gatehouse_row_sizes TEMPLATE template0 ENCODING 'UTF8';
\connect gatehouse_row_sizes
\i drizzle/postgresql/0000_initial.sql
-- Ids in the order in which they are made, as UUIDv7 has it, and random behind that.
CREATE FUNCTION id(kind int, n int) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT '019a' || lpad(to_hex(n), 4, '0') || '-' || lpad(to_hex(kind), 4, '0') || '-7' || substr(md5(n::text || kind), 1, 3) || '-8' || substr(md5(n::text || kind), 4, 3) || '-' || substr(md5(n::text || kind), 7, 12) $$;
CREATE TABLE numbers AS SELECT n FROM generate_series(1, 50000) n;
INSERT INTO users SELECT id(1, n), 'Somebody ' || n, 'somebody.' || n || '@example.com', 'somebody.' || n || '@example.com', now(), NULL, now() FROM numbers;
INSERT INTO credentials SELECT id(1, n), 'PASSWORD', '$argon2id$v=19$m=19456,t=2,p=1$' || left(md5(n::text), 22) || '$' || left(md5(n::text) || md5(n::text), 43), now(), now() FROM numbers;
INSERT INTO role_assignments SELECT id(1, n), 'MEMBER', NULL, now() FROM numbers;
INSERT INTO sessions SELECT id(2, n), id(1, n), 'BROWSER', NULL, NULL, '["PASSWORD"]', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36', '192.0.2.1', now() - n * interval '1 second', now(), now(), now() + n * interval '1 second', now() + interval '30 days', NULL, NULL FROM numbers;
-- A body of two thousand characters that does not compress.
INSERT INTO documents SELECT id(3, n), 'A title of a usual length', (SELECT string_agg(md5(n::text || i), '') FROM generate_series(1, 62) i), false, id(1, n), 1, now(), now() FROM numbers;
INSERT INTO access_grants SELECT id(4, n), 'Document', id(3, n), 'USER', id(1, n % 50000 + 1), id(1, n % 50000 + 1), 1, id(1, n), now() FROM numbers;
INSERT INTO audit_events SELECT id(5, n), 'LOGIN_SUCCEEDED', id(1, n), NULL, NULL, NULL, now() + n * interval '1 second' FROM numbers;
INSERT INTO audit_origins SELECT id(5, n), '192.0.2.1', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36' FROM numbers;
ANALYZE;
SELECT relname AS table, pg_table_size(oid) / 50000 AS "row", pg_indexes_size(oid) / 50000 AS indexes
FROM pg_class WHERE relkind = 'r' AND relname IN ('users', 'credentials', 'role_assignments', 'sessions', 'documents', 'access_grants', 'audit_events', 'audit_origins')
ORDER BY relname;
\connect postgres
DROP DATABASE gatehouse_row_sizes;
