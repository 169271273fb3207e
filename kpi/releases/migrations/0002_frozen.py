"""What was made of a release never changes: its figures, what it says of them, targets as they were set.

Of a release only its approval may be written, and once: when it was made, by whom and with which
figures stays. Figures are added to a release that nobody has approved yet, and to no other.
"""

from django.db import migrations

FROZEN = """
CREATE FUNCTION releases_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the rows are a record', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION releases_approval_once() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    approval CONSTANT text[] := ARRAY['status', 'approved_by_id', 'approved_at', 'public_from'];
BEGIN
    IF to_jsonb(NEW) - approval <> to_jsonb(OLD) - approval
       OR OLD.status = 'dropped'
       OR (OLD.approved_at IS NOT NULL
           AND to_jsonb(NEW) - 'status'::text <> to_jsonb(OLD) - 'status'::text)
       OR (OLD.status = 'approved' AND OLD.public_from <= statement_timestamp()) THEN
        RAISE EXCEPTION 'a release does not change: make a revised one'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION releases_only_while_made() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM releases_release r WHERE r.id = NEW.release_id AND r.status <> 'made')
    THEN
        RAISE EXCEPTION 'figures are not added to a release that was approved'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER release_frozen BEFORE UPDATE ON releases_release
    FOR EACH ROW EXECUTE FUNCTION releases_approval_once();
CREATE TRIGGER release_kept BEFORE DELETE ON releases_release
    FOR EACH ROW EXECUTE FUNCTION releases_refuse_change();
CREATE TRIGGER release_not_emptied BEFORE TRUNCATE ON releases_release
    EXECUTE FUNCTION releases_refuse_change();
"""

ROWS = """
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON releases_{table}
    FOR EACH ROW EXECUTE FUNCTION releases_refuse_change();
CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON releases_{table}
    EXECUTE FUNCTION releases_refuse_change();
"""

ADDED = """
CREATE TRIGGER {table}_only_while_made BEFORE INSERT ON releases_{table}
    FOR EACH ROW EXECUTE FUNCTION releases_only_while_made();
"""

UNDO = """
DROP FUNCTION releases_only_while_made() CASCADE;
DROP FUNCTION releases_approval_once() CASCADE;
DROP FUNCTION releases_refuse_change() CASCADE;
"""

FIGURES = ("figures", "publicfigures")
KEPT = (*FIGURES, "targetversion", "baseline")


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [
                FROZEN,
                *(ROWS.format(table=table) for table in KEPT),
                *(ADDED.format(table=table) for table in FIGURES),
            ],
            UNDO,
        )
    ]
