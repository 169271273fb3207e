"""A published revision stays as it is: it says who edited and who published a version."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION office_published_stays() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'published' THEN
        RAISE EXCEPTION 'a published revision does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER revision_frozen BEFORE UPDATE OR DELETE ON office_revision
    FOR EACH ROW EXECUTE FUNCTION office_published_stays();
"""

THAWED = """
DROP TRIGGER revision_frozen ON office_revision;
DROP FUNCTION office_published_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    operations = [migrations.RunSQL(FROZEN, THAWED)]
