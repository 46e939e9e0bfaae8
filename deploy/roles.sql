-- Two roles for PostgreSQL: one that makes and changes tables (manage.py migrate), one that the running portal uses.
-- Run once by an administrator in the portal's own database, after it is made and before the first migrate:
--   psql "$ADMIN_URL" -f deploy/roles.sql
-- Then: migrate with DATABASE_URL=postgres://portal_owner:…@…, run web, workers and tick with postgres://portal_app:…@…
-- Safe to run again, for instance after tables came from a dump.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_owner') THEN CREATE ROLE portal_owner LOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN CREATE ROLE portal_app LOGIN; END IF;
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO portal_owner;
GRANT USAGE ON SCHEMA public TO portal_app;
-- Rows, and nothing else: no TRUNCATE, no TRIGGER, no REFERENCES.
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO portal_app;
-- What is append-only is not even asked of its triggers. (The tables exist after the first migrate: run this file again then.)
DO $$ DECLARE name text; BEGIN
  FOREACH name IN ARRAY ARRAY['audit_event', 'audit_auditseal', 'payments_ledgertransaction', 'payments_ledgerentry'] LOOP
    IF to_regclass(name) IS NOT NULL THEN EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM portal_app', name); END IF;
  END LOOP;
END $$;
