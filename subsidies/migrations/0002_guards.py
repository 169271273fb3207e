"""What the database itself guards: frozen rows, the clock of deadlines.

- A submitted version, a budget entry and a published scheme version never change. The receipt of
  a version may be added once, because a worker makes it after the submission.
- `subsidies_arrival` reads the database's clock and the call's times under a share lock, so that
  an extension of the deadline and a submission never pass each other unseen. It belongs to
  app_keeper: FOR SHARE asks for the right to update, which a firm must not have.
"""

from django.db import migrations

FROZEN = """
CREATE FUNCTION subsidies_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the rows are a record', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION subsidies_version_receipt_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.receipt_id IS NULL AND NEW.receipt_id IS NOT NULL
       AND to_jsonb(NEW) - 'receipt_id' = to_jsonb(OLD) - 'receipt_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a submitted version does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION subsidies_published_rules() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'a published scheme version does not change: add a new version'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER version_frozen BEFORE UPDATE ON subsidies_applicationversion
    FOR EACH ROW EXECUTE FUNCTION subsidies_version_receipt_once();
CREATE TRIGGER version_kept BEFORE DELETE ON subsidies_applicationversion
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER version_not_emptied BEFORE TRUNCATE ON subsidies_applicationversion
    EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER entry_frozen BEFORE UPDATE OR DELETE ON subsidies_budgetentry
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER entry_not_emptied BEFORE TRUNCATE ON subsidies_budgetentry
    EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER rules_frozen BEFORE UPDATE OR DELETE ON subsidies_schemeversion
    FOR EACH ROW EXECUTE FUNCTION subsidies_published_rules();
"""

THAWED = """
DROP TRIGGER rules_frozen ON subsidies_schemeversion;
DROP TRIGGER entry_not_emptied ON subsidies_budgetentry;
DROP TRIGGER entry_frozen ON subsidies_budgetentry;
DROP TRIGGER version_not_emptied ON subsidies_applicationversion;
DROP TRIGGER version_kept ON subsidies_applicationversion;
DROP TRIGGER version_frozen ON subsidies_applicationversion;
DROP FUNCTION subsidies_published_rules();
DROP FUNCTION subsidies_version_receipt_once();
DROP FUNCTION subsidies_refuse_change();
"""

# statement_timestamp() is the time at which the caller's statement reached the server, so a wait
# for the lock does not make a submission late. plpgsql, because its SELECT is never inlined.
# Privileges come before the change of owner: afterwards the migrating role may not give them, and
# PostgreSQL only warns.
CLOCK = """
CREATE FUNCTION subsidies_arrival(wanted bigint)
RETURNS TABLE (arrived timestamptz, opens timestamptz, closes timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT statement_timestamp(), call.opens_at, call.closes_at
        FROM subsidies_call call WHERE call.id = wanted FOR SHARE;
END
$$;
REVOKE ALL ON FUNCTION subsidies_arrival(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subsidies_arrival(bigint) TO app_firm, app_system;
ALTER FUNCTION subsidies_arrival(bigint) OWNER TO app_keeper;

-- The lock needs the right to update one column; the function updates none.
GRANT SELECT, UPDATE (contact) ON subsidies_call TO app_keeper;
CREATE POLICY app_keeper ON subsidies_call TO app_keeper USING (true);
"""

NO_CLOCK = """
DROP POLICY app_keeper ON subsidies_call;
REVOKE ALL ON subsidies_call FROM app_keeper;
DROP FUNCTION subsidies_arrival(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0001_initial")]

    operations = [
        migrations.RunSQL(FROZEN, THAWED),
        migrations.RunSQL(CLOCK, NO_CLOCK),
    ]
