"""Imports mails into HyperKitty: ``python into_hyperkitty.py < letters.json``."""

import base64
import json
import sys
import tempfile

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from hyperkitty.models import ArchivePolicy, MailingList  # noqa: E402

letters = json.load(sys.stdin)
for name in dict.fromkeys(letter["list"] for letter in letters):
    mine = [letter for letter in letters if letter["list"] == name]
    policy = ArchivePolicy.private if mine[0]["private"] else ArchivePolicy.public
    address = f"{name}@lists.example.org"
    MailingList.objects.update_or_create(
        name=address, defaults={"display_name": name, "archive_policy": policy.value}
    )
    with tempfile.NamedTemporaryFile(suffix=".mbox") as mbox:
        for letter in mine:
            mbox.write(b"From archive@example.org Sat Mar  1 09:00:00 2025\n")
            mbox.write(base64.b64decode(letter["raw"]).replace(b"\nFrom ", b"\n>From ") + b"\n")
        mbox.flush()
        call_command("hyperkitty_import", mbox.name, list_address=address, since="1990-01-01", verbosity=0)
    MailingList.objects.filter(name=address).update(display_name=name, archive_policy=policy.value)
