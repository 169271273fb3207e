"""An approved release may only be dropped: made again, it would take further figures and be approved anew."""

from django.db import migrations

ONE_WAY = """
CREATE FUNCTION releases_one_way() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an approved release is not made again'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER release_one_way BEFORE UPDATE OF status ON releases_release
    FOR EACH ROW WHEN (OLD.status = 'approved' AND NEW.status = 'made')
    EXECUTE FUNCTION releases_one_way();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0003_targets_in_force_know_their_path")]

    operations = [
        migrations.RunSQL(ONE_WAY, "DROP FUNCTION releases_one_way() CASCADE;"),
    ]
