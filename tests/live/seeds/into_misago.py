"""Writes a plan into Misago: ``python into_misago.py < plan.json`` with DJANGO_SETTINGS_MODULE set."""

import django
from _common import done, markdown, plan, when, wrote

django.setup()

from django.core.management import call_command  # noqa: E402
from misago.acl.cache import clear_acl_cache  # noqa: E402
from misago.categories.models import Category, RoleCategoryACL  # noqa: E402
from misago.conf.shortcuts import get_dynamic_settings  # noqa: E402
from misago.markup.flavours import common  # noqa: E402
from misago.threads.checksums import update_post_checksum  # noqa: E402
from misago.threads.models import Thread  # noqa: E402
from misago.threads.test import post_thread, reply_thread  # noqa: E402
from misago.users.models import User  # noqa: E402
from misago.users.test import create_test_user  # noqa: E402


class Request:
    """As much of a request as Misago's markup wants."""

    def __init__(self, user):
        self.user, self.settings = user, get_dynamic_settings()

    def get_host(self):
        return "127.0.0.1"


def user(name):
    known = User.objects.filter(slug=name).first()
    return known or create_test_user(name.title(), name + "@example.org", "Passwort.1")


def board(name, private):
    known = Category.objects.filter(name=name).first()
    if known is None:
        pattern = Category.objects.get(slug="first-category")
        known = Category(name=name, slug=f"board-{Category.objects.count()}")
        known.insert_at(Category.objects.root_category(), position="last-child", save=True)
        if not private:
            for acl in RoleCategoryACL.objects.filter(category=pattern):
                RoleCategoryACL.objects.create(role=acl.role, category=known, category_role=acl.category_role)
        Category.objects.clear_cache()
        clear_acl_cache()
    return known


call_command("migrate", verbosity=0)
touched = {}
for t, thread in enumerate(plan()):
    category = board(thread["board"], thread["private"])
    touched[category.pk] = category
    topic = Thread.objects.get(pk=thread["id"]) if thread["id"] else None
    for p, post in enumerate(thread["posts"]):
        poster, at = user(post["author"]), when(post["at"])
        if topic is None:
            topic = post_thread(category, thread["title"], poster, started_on=at)
            written = topic.first_post
        else:
            written = reply_thread(topic, poster, posted_on=at, is_hidden=post["hidden"])
        marked = {"quote": '[quote="@Heizer"]\n{}\n[/quote]', "code": "[code]\n{}\n[/code]"}
        blocks = [("p", marked[k].format(b)) if k in marked else (k, b) for k, b in post["blocks"]]
        written.original = markdown(blocks)
        written.parsed = common(Request(poster), poster, written.original)["parsed_text"]
        if post["edited"]:
            written.updated_on, written.edits = when(post["edited"]), 1
            written.last_editor, written.last_editor_name = poster, poster.username
        update_post_checksum(written)
        written.save()
        wrote(t, p, written.pk, topic.pk)
    topic.synchronize()
    topic.save()
for category in touched.values():
    category.synchronize()
    category.save()
done()
