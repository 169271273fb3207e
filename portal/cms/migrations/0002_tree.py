"""The site's tree: a home, the 23 wards, their groups, collections and workflows."""

from django.db import migrations

LATEST = ("wagtailcore", "0098_apitoken")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WRITES = ("add", "change")
APPROVES = ("add", "change", "publish", "lock", "unlock", "bulk_delete")
FILES = (
    ("wagtailimages", "image", ("add", "change", "choose")),
    ("wagtaildocs", "document", ("add", "change", "choose")),
)


def step(number):
    """A step of a treebeard path: 4 digits to the base of 36."""
    digits = ""
    for _place in range(4):
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return digits


class Builder:
    """Makes pages, groups and workflows with the models as they are at this migration."""

    def __init__(self, apps):
        self.apps = apps
        self.locale = apps.get_model("wagtailcore.Locale").objects.order_by("pk").first()

    def kind(self, model, app="cms"):
        """The content type of a model."""
        types = self.apps.get_model("contenttypes.ContentType")
        return types.objects.get_or_create(app_label=app, model=model.lower())[0]

    def permission(self, app, model, codename):
        """A permission; `migrate` makes the missing ones only at its very end."""
        return self.apps.get_model("auth.Permission").objects.get_or_create(
            content_type=self.kind(model, app),
            codename=codename,
            defaults={"name": f"Can {codename}".replace("_", " ")},
        )[0]

    def group(self, name):
        return self.apps.get_model("auth.Group").objects.get_or_create(name=name)[0]

    def child(self, model, parent, **fields):
        """A live page below `parent`."""
        number = parent.numchild + 1
        page = self.apps.get_model("cms", model)(
            path=parent.path + step(number),
            depth=parent.depth + 1,
            numchild=0,
            url_path=f"{parent.url_path}{fields['slug']}/",
            draft_title=fields["title"],
            content_type=self.kind(model),
            locale=self.locale,
            live=True,
            **fields,
        )
        page.save()
        parent.numchild = number
        pages = self.apps.get_model("wagtailcore.Page").objects
        pages.filter(path=parent.path).update(numchild=number)
        return page

    def allow(self, group, page, actions):
        """The group may do these things to the page and all below it."""
        permissions = self.apps.get_model("wagtailcore.GroupPagePermission").objects
        for action in actions:
            permissions.get_or_create(
                group_id=group.pk,
                page_id=page.pk,
                permission_id=self.permission("wagtailcore", "page", f"{action}_page").pk,
            )

    def allow_files(self, groups, collection):
        """The groups put images and documents into the collection and use them."""
        permissions = self.apps.get_model("wagtailcore.GroupCollectionPermission").objects
        for app, model, actions in FILES:
            for action in actions:
                for group in groups:
                    permissions.get_or_create(
                        group=group,
                        collection=collection,
                        permission=self.permission(app, model, f"{action}_{model}"),
                    )

    def workflow(self, name, group, page):
        """What is written below `page` waits for somebody of `group`."""
        task = self.apps.get_model("cms.SecondPerson")(
            name=name, active=True, content_type=self.kind("SecondPerson")
        )
        task.save()
        task.groups.add(group)
        workflow = self.apps.get_model("wagtailcore.Workflow").objects.create(
            name=name, active=True
        )
        self.apps.get_model("wagtailcore.WorkflowTask").objects.create(
            workflow=workflow, task_id=task.pk, sort_order=0
        )
        self.apps.get_model("wagtailcore.WorkflowPage").objects.create(
            workflow=workflow, page_id=page.pk
        )


def grow(apps, schema_editor):
    builder = Builder(apps)
    home = _home(builder)
    _clear_defaults(apps)
    wards = builder.child(
        "WardList", home, slug="wards", title="区から探す", title_en="Find your ward"
    )
    builder.child("NewsIndex", home, slug="news", title="お知らせ", title_en="News")
    builder.child("CaseList", home, slug="cases", title="町工場の事例", title_en="Stories")
    builder.child(
        "EventList",
        home,
        slug="events",
        title="講座と催し",
        title_en="Courses and events",
        kinds="both",
    )
    common, approvers = builder.group("cms-common"), builder.group("cms-common-approve")
    builder.allow(common, home, WRITES)
    builder.allow(approvers, home, APPROVES)
    builder.workflow("共通ページの承認", approvers, home)
    root = apps.get_model("wagtailcore.Collection").objects.get(depth=1)
    builder.allow_files([common, approvers], root)
    for ward in apps.get_model("programs.Ward").objects.order_by("code"):
        _ward(builder, wards, root, ward)


def _home(builder):
    """The page that stands at the root of the site becomes the common home."""
    site = builder.apps.get_model("wagtailcore.Site").objects.get(is_default_site=True)
    page = site.root_page
    home = builder.apps.get_model("cms.CommonHome")(page_ptr_id=page.pk)
    for field in page._meta.concrete_fields:
        setattr(home, field.attname, getattr(page, field.attname))
    home.title = home.draft_title = "町工場DXポータル"
    home.title_en, home.content_type = "Home", builder.kind("CommonHome")
    home.slug, home.url_path = "home", "/home/"
    home.save()
    site.site_name = "町工場DXポータル"
    site.save(update_fields=["site_name"])
    return home


def _clear_defaults(apps):
    """Wagtail's own groups and workflow would let people into all branches."""
    apps.get_model("auth.Group").objects.filter(name__in=["Editors", "Moderators"]).delete()
    apps.get_model("wagtailcore.WorkflowPage").objects.all().delete()
    apps.get_model("wagtailcore.Workflow").objects.all().update(active=False)
    apps.get_model("wagtailcore.Task").objects.all().update(active=False)


def _ward(builder, wards, root, ward):
    slug = ward.name_en.lower()
    home = builder.child(
        "WardHome", wards, slug=slug, title=ward.name, title_en=ward.name_en, ward_id=ward.pk
    )
    builder.child(
        "NewsIndex",
        home,
        slug="news",
        title=f"{ward.name}のお知らせ",
        title_en=f"News of {ward.name_en}",
    )
    builder.child(
        "EventList", home, slug="events", title=f"{ward.name}の講座と催し",
        title_en=f"Courses and events in {ward.name_en}", kinds="both",
    )  # fmt: skip
    builder.apps.get_model("cms.Branch").objects.create(ward_id=ward.pk, path=home.path)
    editors = builder.group(f"cms-{ward.pk}")
    approvers = builder.group(f"cms-{ward.pk}-approve")
    builder.allow(editors, home, WRITES)
    builder.allow(approvers, home, APPROVES)
    builder.workflow(f"{ward.name}の承認", approvers, home)
    number = root.numchild + 1
    collection = builder.apps.get_model("wagtailcore.Collection").objects.create(
        name=ward.name, path=root.path + step(number), depth=root.depth + 1, numchild=0
    )
    root.numchild = number
    root.save(update_fields=["numchild"])
    builder.allow_files([editors, approvers], collection)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_consortium_partner"),
        ("cms", "0001_pages"),
        ("programs", "0002_wards"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        LATEST,
    ]

    operations = [
        migrations.RunPython(grow, migrations.RunPython.noop),
        # Who holds a role already (portal.accounts.services.editor.groups_of says the same).
        migrations.RunSQL(
            """
            INSERT INTO accounts_user_groups (user_id, group_id)
            SELECT DISTINCT held.user_id, "group".id
            FROM accounts_assignment held JOIN auth_group "group" ON "group".name IN (
                'cms',
                CASE WHEN held.role IN ('reviewer', 'ward_admin', 'sysadmin')
                    THEN 'cms-' || coalesce(held.ward_id::text, 'common') END,
                CASE WHEN held.role IN ('approver', 'ward_admin', 'sysadmin')
                    THEN 'cms-' || coalesce(held.ward_id::text, 'common') || '-approve' END
            )
            WHERE held.revoked_at IS NULL
              AND held.role IN ('reviewer', 'approver', 'ward_admin', 'sysadmin')
            ON CONFLICT DO NOTHING
            """,
            migrations.RunSQL.noop,
        ),
    ]
