"""Writes a plan into FlaskBB: ``python into_flaskbb.py CONFIG < plan.json``."""

import sys

from _common import done, markdown, plan, when, wrote
from flaskbb import create_app

app = create_app(sys.argv[1])

from flaskbb.extensions import db  # noqa: E402
from flaskbb.forum.models import Category, Forum, Post, Topic  # noqa: E402
from flaskbb.user.models import Group, User  # noqa: E402


def every(model):
    return db.session.execute(db.select(model)).scalars()


def user(name):
    known = db.session.execute(db.select(User).filter_by(username=name)).scalars().first()
    if known is None:
        known = User(username=name, email=f"{name}@example.org", password="passwort1", primary_group_id=4)
        known.activated = True
        known.signature = f"Gruß, *{name}* (Signatur)"
        known.save()
    return known


def forum(name, private):
    known = db.session.execute(db.select(Forum).filter_by(title=name)).scalars().first()
    if known is None:
        category = next(iter(every(Category)), None) or Category(title="Technik").save()
        known = Forum(title=name, category=category)
        if private:
            known.save(groups=[group for group in every(Group) if group.admin])
        else:
            known.save()
    return known


with app.test_request_context():
    admin = next(each for each in every(User) if each.primary_group.admin)
    threads = plan()
    for welcome in db.session.execute(db.select(Topic).filter_by(title="Welcome!")).scalars().all():
        welcome.delete()
    for t, thread in enumerate(threads):
        board = forum(thread["board"], thread["private"])
        topic = db.session.get(Topic, int(thread["id"])) if thread["id"] else None
        for p, post in enumerate(thread["posts"]):
            text, at = markdown(post["blocks"]), when(post["at"])
            if topic is None:
                topic = Topic(title=thread["title"], user=user(post["author"]), content=text)
                topic.save(user=user(post["author"]), forum=board)
                written = topic.first_post
                topic.date_created = at
            else:
                written = Post(content=text)
                written.save(user=user(post["author"]), topic=topic)
            written.date_created = at
            topic.last_updated = at
            board.last_post_created = at
            if post["edited"]:
                written.date_modified, written.modified_by = when(post["edited"]), post["author"]
            db.session.commit()
            wrote(t, p, written.id, topic.id)
            if post["hidden"]:
                written.hide(admin)
done()
