"""Two more kinds of findings: quotes of one day, vendors that quote together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("watch", "0002_limits_versions")]

    operations = [
        migrations.AlterField(
            model_name="finding",
            name="kind",
            field=models.CharField(
                choices=[
                    ("firm", "同じ企業の重なる申請"),
                    ("account", "同じ振込先口座"),
                    ("file", "同じファイル"),
                    ("text", "よく似た計画の文章"),
                    ("vendor", "発注先の集中"),
                    ("ring", "互いに発注し合う企業"),
                    ("price", "離れた価格"),
                    ("unit", "確認済みの数字"),
                    ("same_day", "同じ日の相見積"),
                    ("together", "いつも一緒の見積り"),
                ],
                max_length=8,
                verbose_name="種類",
            ),
        ),
        migrations.AlterField(
            model_name="trace",
            name="kind",
            field=models.CharField(
                choices=[
                    ("firm", "企業"),
                    ("name", "企業の名称"),
                    ("vendor", "発注予定先"),
                    ("item", "経費の品目"),
                    ("file", "ファイル"),
                    ("account", "振込先口座"),
                    ("text", "計画の文章"),
                    ("quoter", "見積りの会社"),
                    ("pair", "見積りの組"),
                ],
                max_length=8,
            ),
        ),
    ]
