"""What is written into every forum under test, and what must come out again.

Texts are lists of blocks; each software's seed writes them in its own markup.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

AUTHORS = ("heizer", "loetmeister", "bob", "carla")
BOARDS = ("Hilfe & Störungen", "Plauderecke")
PRIVATE = "Interner Bereich"
SECRET = "Streng vertraulich"

Block = tuple[str, str]
"""Kind (``p``, ``item``, ``code``, ``quote``) and text."""


@dataclass(frozen=True)
class Planned:
    """A post to be written."""

    author: str
    blocks: tuple[Block, ...]
    at: str
    edited: str = ""
    hidden: bool = False

    @property
    def text(self) -> str:
        """Its own words, one line; code between the fences that the radar sets around it."""
        return " ".join(
            f"``` {text} ```" if kind == "code" else text for kind, text in self.blocks if kind != "quote"
        )

    @property
    def quoted(self) -> str:
        """What it quotes, one line."""
        return " ".join(text for kind, text in self.blocks if kind == "quote")


@dataclass(frozen=True)
class Thread:
    """A thread to be written."""

    title: str
    board: str
    posts: tuple[Planned, ...]
    id: str = ""
    """Set to add to a thread that exists."""
    private: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain data for a seed."""
        return asdict(self)


@dataclass
class Clock:
    """Times that grow, all different to the second."""

    now: datetime = field(default_factory=lambda: datetime(2025, 3, 1, 9, 0, 7, tzinfo=UTC))

    def next(self, **step: int) -> str:
        """The next one, in UTC."""
        self.now += timedelta(**(step or {"hours": 5, "minutes": 13, "seconds": 11}))
        return self.now.isoformat()


def threads() -> list[Thread]:
    """Two boards with 44 threads, a long one among them, and a private board."""
    clock = Clock()
    said = []
    for n in range(40):
        title = f"Frage {n + 1}: Wer kennt sich mit Öltanks der Größe {n + 1} aus?"
        opening = (("p", f"Ich suche jemanden für Auftrag {n + 1}."), ("p", "Grüße aus Köln 👋"))
        replies = tuple(
            Planned(
                AUTHORS[(n + r) % 4], (("p", f"Antwort {r + 1} auf die Frage Nummer {n + 1}."),), clock.next()
            )
            for r in range(1, n % 4)
        )
        posts = (Planned(AUTHORS[n % 4], opening, clock.next(minutes=-n - 600, seconds=7)), *replies)
        said.append(Thread(title, BOARDS[n % 2], tuple(sorted(posts, key=lambda post: post.at))))
    long = tuple(
        Planned(AUTHORS[n % 4], (("p", f"Beitrag Nummer {n + 1} von vielen."),), clock.next())
        for n in range(65)
    )
    said.append(Thread("Langes Thema über mehrere Seiten", BOARDS[0], long))
    night = datetime(2025, 10, 26, 0, 40, 10, tzinfo=UTC)
    told = "seit gestern zeigt die Anlage E-42 an."
    said.append(
        Thread(
            "Wärmepumpe meldet Fehler E-42 – was tun? 🙂",
            BOARDS[0],
            (
                Planned(
                    "heizer",
                    (
                        ("p", "Guten Morgen,"),
                        ("p", told),
                        ("item", "Druck ist in Ordnung"),
                        ("item", "Filter ist sauber"),
                        ("p", "Wer kann helfen? 🔧"),
                    ),
                    night.isoformat(),
                ),
                Planned(
                    "loetmeister",
                    (("quote", told), ("p", "Bitte den Fühler prüfen:"), ("code", "get sensor 3")),
                    (night + timedelta(hours=5)).isoformat(),
                    edited=(night + timedelta(hours=6, minutes=30)).isoformat(),
                ),
                Planned(
                    "bob",
                    (("p", SECRET + ": dieser Beitrag wurde versteckt."),),
                    (night + timedelta(hours=7)).isoformat(),
                    hidden=True,
                ),
                Planned(
                    "carla",
                    (("p", "Bei uns half ein neuer Fühler."),),
                    (night + timedelta(days=40)).isoformat(),
                ),
            ),
        )
    )
    for n in range(2):
        posts = (Planned("heizer", (("p", f"{SECRET} Nummer {n}."),), clock.next(days=150)),)
        said.append(Thread(f"{SECRET}: Thema {n}", PRIVATE, posts, private=True))
    return said


def reply() -> Planned:
    """One more post, a moment ago."""
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=3)
    return Planned("bob", (("p", "Noch eine späte Antwort: läuft wieder, danke!"),), now.isoformat())
