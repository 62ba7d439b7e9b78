"""Writes a plan into Spirit: ``python into_spirit.py < plan.json`` with DJANGO_SETTINGS_MODULE set."""

import django
from _common import done, markdown, plan, when, wrote

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from spirit.category.models import Category  # noqa: E402
from spirit.comment.models import Comment  # noqa: E402
from spirit.core.utils.markdown import Markdown  # noqa: E402
from spirit.topic.models import Topic  # noqa: E402

call_command("migrate", verbosity=0)
User = get_user_model()

for t, thread in enumerate(plan()):
    board, _ = Category.objects.get_or_create(
        title=thread["board"], defaults={"is_private": thread["private"], "is_removed": thread["private"]}
    )
    topic = Topic.objects.get(pk=thread["id"]) if thread["id"] else None
    for p, post in enumerate(thread["posts"]):
        user, _ = User.objects.get_or_create(
            username=post["author"], defaults={"email": post["author"] + "@example.org"}
        )
        at, text = when(post["at"]), markdown(post["blocks"])
        if topic is None:
            topic = Topic.objects.create(category=board, user=user, title=thread["title"], date=at)
        written = Comment.objects.create(
            topic=topic,
            user=user,
            comment=text,
            comment_html=Markdown().render(text),
            is_removed=post["hidden"],
            modified_count=1 if post["edited"] else 0,
        )
        Comment.objects.filter(pk=written.pk).update(date=at)
        topic.comment_count += 1
        topic.last_active = at
        topic.save()
        wrote(t, p, written.pk, topic.pk)
done()
