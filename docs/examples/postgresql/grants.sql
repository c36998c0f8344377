-- What the application may do with the tables. Run it as the owner after every `eservices db upgrade`; it can be run
-- again at any time:
--
--     psql --username eservices_owner --dbname eservices --set ON_ERROR_STOP=1 --file grants.sql

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO eservices_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO eservices_app;

-- The journal only grows: triggers refuse changes, and this role cannot turn triggers off.
REVOKE UPDATE, DELETE ON journal_entries, journal_days FROM eservices_app;

-- Which migrations have been run is written by the owner alone.
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM eservices_app;
