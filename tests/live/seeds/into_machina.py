"""Writes a plan into django-machina: ``python into_machina.py < plan.json`` with DJANGO_SETTINGS_MODULE set."""

import django
from _common import done, markdown, plan, when, wrote

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from machina.core.db.models import get_model  # noqa: E402

call_command("migrate", verbosity=0)
Forum = get_model("forum", "Forum")
Topic = get_model("forum_conversation", "Topic")
Post = get_model("forum_conversation", "Post")
Permission = get_model("forum_permission", "ForumPermission")
UserPermission = get_model("forum_permission", "UserForumPermission")
User = get_user_model()


def forum(name, private):
    known = Forum.objects.filter(name=name).first()
    if known is None:
        category = Forum.objects.filter(name="Technik").first() or Forum.objects.create(
            name="Technik", type=Forum.FORUM_CAT
        )
        known = Forum.objects.create(name=name, type=Forum.FORUM_POST, parent=category)
        for each in (category,) if private else (category, known):
            for code in ("can_see_forum", "can_read_forum"):
                UserPermission.objects.get_or_create(
                    permission=Permission.objects.get(codename=code),
                    forum=each,
                    anonymous_user=True,
                    has_perm=True,
                )
    return known


for t, thread in enumerate(plan()):
    board = forum(thread["board"], thread["private"])
    topic = Topic.objects.get(pk=thread["id"]) if thread["id"] else None
    for p, post in enumerate(thread["posts"]):
        poster, at = User.objects.get_or_create(username=post["author"])[0], when(post["at"])
        if topic is None:
            topic = Topic.objects.create(
                forum=board,
                poster=poster,
                subject=thread["title"],
                type=Topic.TOPIC_POST,
                status=Topic.TOPIC_UNLOCKED,
                approved=True,
            )
        written = Post.objects.create(
            topic=topic,
            poster=poster,
            subject=("Re: " if topic.posts_count else "") + topic.subject,
            content=markdown(post["blocks"]),
            approved=not post["hidden"],
            updates_count=1 if post["edited"] else 0,
            updated_by=poster if post["edited"] else None,
        )
        Post.objects.filter(pk=written.pk).update(created=at, updated=when(post["edited"]) or at)
        wrote(t, p, written.pk, topic.pk)
        topic.refresh_from_db()
for topic in Topic.objects.all():
    last = topic.posts.filter(approved=True).order_by("created").last()
    Topic.objects.filter(pk=topic.pk).update(last_post=last, last_post_on=last.created)
for board in Forum.objects.filter(type=Forum.FORUM_POST):
    newest = Post.objects.filter(topic__forum=board, approved=True).order_by("created").last()
    if newest:
        Forum.objects.filter(pk=board.pk).update(last_post=newest, last_post_on=newest.created)
done()
