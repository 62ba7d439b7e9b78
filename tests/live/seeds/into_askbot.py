"""Writes a plan into Askbot: ``python into_askbot.py < plan.json`` with DJANGO_SETTINGS_MODULE set.

The first reply to a question is an answer, every second one after it a comment on the answer before; the first
answer of every third question is accepted.
"""

import django
from _common import done, markdown, plan, when, wrote

django.setup()

from askbot.conf import settings  # noqa: E402
from askbot.models import Post, User  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

call_command("migrate", verbosity=0)
settings.update("LIMIT_ONE_ANSWER_PER_USER", False)


def author(name):
    user, made = User.objects.get_or_create(username=name, defaults={"email": name + "@example.org"})
    if made:
        user.set_status("d")  # may write at once, and answer itself
        user.save()
    return user


def reply(question, before, n, post, user, at):
    text = markdown(post["blocks"])
    if before is not None and n % 2 == 0 and not post["hidden"] and not post["edited"]:
        return user.post_comment(parent_post=before, body_text=text, timestamp=at)
    answer = user.post_answer(question=question, body_text="..." if post["edited"] else text, timestamp=at)
    if post["edited"]:
        user.edit_answer(answer, body_text=text, timestamp=when(post["edited"]), force=True)
    return answer


for t, thread in enumerate(plan()):
    question = Post.objects.get(pk=thread["id"]) if thread["id"] else None
    before = None
    for p, post in enumerate(thread["posts"]):
        user, at = author(post["author"]), when(post["at"])
        if question is None:
            question = written = user.post_question(
                title=thread["title"], body_text=markdown(post["blocks"]), tags=thread["board"], timestamp=at
            )
        else:
            written = reply(question, before if len(thread["posts"]) < 6 else None, p, post, user, at)
            before = written if written.post_type == "answer" and not post["hidden"] else before
        if post["hidden"]:
            user.delete_answer(written, timestamp=timezone.now())
        wrote(t, p, written.pk, question.pk)
    if thread["private"]:
        author("heizer").delete_question(question, timestamp=timezone.now())
    elif t % 3 == 2 and before is not None:
        before.refresh_from_db()
        author("heizer").accept_best_answer(before, timestamp=timezone.now(), force=True)
cache.clear()  # rows of lists are kept there, some from before an answer was accepted
done()
