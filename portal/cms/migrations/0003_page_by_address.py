"""A visitor's page is found by its address alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cms", "0002_tree")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX cms_page_by_address ON wagtailcore_page (url_path text_pattern_ops)",
            "DROP INDEX cms_page_by_address",
        ),
    ]
