"""Every software of the live tests: one line each."""

from __future__ import annotations

from tests.live.askbot import Askbot
from tests.live.dokuwiki import DokuWiki
from tests.live.forums import FlaskBB, Machina, Misago, Spirit
from tests.live.lists import HyperKitty, PublicInbox
from tests.live.nodebb import NodeBB
from tests.live.redmine import Redmine
from tests.live.roundup import Roundup
from tests.live.software import Software
from tests.live.trac import Trac
from tests.live.wordpress import WordPress

ALL: tuple[type[Software], ...] = (
    Askbot,
    DokuWiki,
    FlaskBB,
    HyperKitty,
    Machina,
    Misago,
    NodeBB,
    PublicInbox,
    Redmine,
    Roundup,
    Spirit,
    Trac,
    WordPress,
)
