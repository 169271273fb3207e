"""A decision that was made never changes: neither what was decided nor on which version.

As long as it is only proposed (起案) it is written anew whenever it was sent back. The letter may
be added once, because a worker makes it after the decision. No decision is ever deleted.
"""

from django.db import migrations

FROZEN = """
CREATE FUNCTION subsidies_decided_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_by_id IS NULL AND OLD.approved_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF OLD.letter_id IS NULL AND NEW.letter_id IS NOT NULL
       AND to_jsonb(NEW) - 'letter_id' = to_jsonb(OLD) - 'letter_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an approved decision does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER decision_frozen BEFORE UPDATE ON subsidies_decision
    FOR EACH ROW EXECUTE FUNCTION subsidies_decided_once();
CREATE TRIGGER decision_kept BEFORE DELETE ON subsidies_decision
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER decision_not_emptied BEFORE TRUNCATE ON subsidies_decision
    EXECUTE FUNCTION subsidies_refuse_change();
"""

THAWED = """
DROP TRIGGER decision_not_emptied ON subsidies_decision;
DROP TRIGGER decision_kept ON subsidies_decision;
DROP TRIGGER decision_frozen ON subsidies_decision;
DROP FUNCTION subsidies_decided_once();
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0004_search_newest")]

    operations = [migrations.RunSQL(FROZEN, THAWED)]
