"""What was submitted and what was ruled never changes.

A ruling's letter may be added once, because a worker makes it after the ruling.
"""

from django.db import migrations

FROZEN = """
CREATE FUNCTION grants_ruled_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'proposed' THEN
        RETURN NEW;
    END IF;
    IF OLD.letter_id IS NULL AND NEW.letter_id IS NOT NULL
       AND to_jsonb(NEW) - 'letter_id' = to_jsonb(OLD) - 'letter_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a ruling that was made does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER version_frozen BEFORE UPDATE OR DELETE ON grants_filingversion
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER version_not_emptied BEFORE TRUNCATE ON grants_filingversion
    EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER ruling_frozen BEFORE UPDATE ON grants_ruling
    FOR EACH ROW EXECUTE FUNCTION grants_ruled_once();
CREATE TRIGGER ruling_kept BEFORE DELETE ON grants_ruling
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER ruling_not_emptied BEFORE TRUNCATE ON grants_ruling
    EXECUTE FUNCTION subsidies_refuse_change();
"""

THAWED = """
DROP TRIGGER ruling_not_emptied ON grants_ruling;
DROP TRIGGER ruling_kept ON grants_ruling;
DROP TRIGGER ruling_frozen ON grants_ruling;
DROP TRIGGER version_not_emptied ON grants_filingversion;
DROP TRIGGER version_frozen ON grants_filingversion;
DROP FUNCTION grants_ruled_once();
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0001_initial"), ("subsidies", "0007_grants_of_decisions")]

    operations = [migrations.RunSQL(FROZEN, THAWED)]
