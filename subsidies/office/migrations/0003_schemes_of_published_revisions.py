"""Schemes of which a ward has published a revision are the ward's to keep."""

from django.db import migrations

KEEP = """
UPDATE subsidies_scheme SET kept_by_ward = true
 WHERE id IN (SELECT scheme_id FROM office_revision WHERE status = 'published');
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0002_guards"), ("subsidies", "0012_schemes_kept_by_their_ward")]

    operations = [migrations.RunSQL(KEEP, migrations.RunSQL.noop)]
