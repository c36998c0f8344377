-- Two roles for one database: the owner makes and changes tables, the application only reads and writes rows.
-- Run it as a superuser, connected to the database, before the first `eservices db upgrade`:
--
--     createdb eservices
--     psql --dbname eservices --set ON_ERROR_STOP=1 --file roles.sql
--
-- Then run `eservices db upgrade` with the owner's URL, and afterwards grants.sql. Web and worker use the application's
-- URL and nothing else. Each logs in as itself (peer authentication on a local socket, or a password set with
-- \password); neither has a password here.

CREATE ROLE eservices_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE eservices_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO eservices_owner;
GRANT USAGE ON SCHEMA public TO eservices_app;

-- A resident is told "vi har fått din ansökan" only after the commit is on disk.
ALTER ROLE eservices_app SET synchronous_commit = on;
-- Nothing that the application asks takes longer; a lock that is not given back must not hold up everybody.
ALTER ROLE eservices_app SET statement_timeout = '60s';
ALTER ROLE eservices_app SET idle_in_transaction_session_timeout = '60s';
