"""A maintenance window can be taken back, unless an event keeps the machine."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0007_visits_again")]

    operations = [
        migrations.AddField(
            model_name="maintenance",
            name="of_event",
            field=models.BooleanField(default=False),
        ),
    ]
