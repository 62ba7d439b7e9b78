"""What the shipped classifier must get right, by category. The cases were written for these tests."""

from __future__ import annotations

import random

import pytest

from radar.classify import Classifier, Passage, load
from radar.model import Kind, Verdict


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load()


def judge(classifier: Classifier, text: str, title: str = "", first: bool | None = None) -> Verdict:
    return classifier.classify([Passage(title, text, first)])[0]


PAIRS = [
    ("Suche CRM", "Biete CRM"),
    (
        "Suche eine Agentur für unseren neuen Webshop.",
        "Agentur für Ihren neuen Webshop: jetzt Angebot anfordern!",
    ),
    ("Wer kennt einen guten Zahnarzt in Bremen?", "Wer kennt das nicht!"),
    ("Kann jemand einen Hoster empfehlen?", "Ich kann den Hoster nur empfehlen."),
    ("Wo bekomme ich Ersatzteile für den Mixer?", "Ersatzteile für den Mixer gibt es bei uns im Laden."),
    ("Hat jemand Erfahrungen mit Proxmox?", "Meine Erfahrungen mit Proxmox waren durchweg gut."),
    ("Wie richte ich ein VPN ein?", "So richten Sie ein VPN ein: eine Anleitung in fünf Schritten."),
    ("Lieber Shopware oder Shopify?", "Shopware oder Shopify, das ist mir völlig egal."),
    (
        "Looking for a freelance developer to fix our shop.",
        "Freelance developer available, hire me for your shop.",
    ),
    ("How do I move my blog to another host?", "Five ways to move your blog to another host, explained"),
    ("Does anyone know where I can buy a used plotter?", "Used plotter for sale, pick up only."),
]


@pytest.mark.xfail(
    strict=True, reason="headlines of English guides read like the titles of questions on Q&A sites"
)
def test_a_headline_of_a_guide_is_no_request(classifier: Classifier) -> None:
    headline = judge(classifier, "How to move your blog to another host in ten minutes")
    assert headline.request < classifier.threshold


@pytest.mark.parametrize(("asks", "does_not"), PAIRS, ids=[pair[0][:25] for pair in PAIRS])
def test_minimal_pairs(classifier: Classifier, asks: str, does_not: str) -> None:
    asked, told = judge(classifier, asks), judge(classifier, does_not)
    assert asked.request >= classifier.threshold
    assert told.request < classifier.threshold


@pytest.mark.parametrize(
    "text",
    [
        "Wir suchen ab sofort einen Systemadministrator (m/w/d) in Vollzeit. Ihre Aufgaben: Betreuung der Server. Bewerbung bitte per Mail.",
        "We are hiring a senior backend engineer. Responsibilities: design and operation. Apply now!",
    ],
)
def test_job_adverts_are_no_requests(classifier: Classifier, text: str) -> None:
    assert judge(classifier, text).request < classifier.threshold


@pytest.mark.parametrize(
    "text",
    [
        "Hat sich erledigt, ich habe den Fehler selbst gefunden. Danke!",
        "EDIT: gelöst, es lag am Kabel. Der Drucker wurde nicht gefunden, jetzt geht er wieder.",
        "Never mind, I figured it out. Thanks everyone!",
    ],
)
def test_answered_own_questions_are_no_requests(classifier: Classifier, text: str) -> None:
    assert judge(classifier, text).request < classifier.threshold


@pytest.mark.parametrize(
    "text",
    [
        "Welche Version hast du denn installiert?",
        "Hast du schon neu gestartet?",
        "Which version are you using?",
    ],
)
def test_counter_questions_are_no_requests(classifier: Classifier, text: str) -> None:
    assert judge(classifier, text, first=False).request < classifier.threshold


def test_a_quoted_question_is_not_the_authors(classifier: Classifier) -> None:
    answer = "Bernd schrieb:\n> Kann mir jemand einen guten Steuerberater empfehlen?\n> Was kostet das?\n\nNimm den in der Hauptstraße."
    assert judge(classifier, answer).request < classifier.threshold
    assert (
        judge(classifier, "Kann mir jemand einen guten Steuerberater empfehlen?").request
        >= classifier.threshold
    )


def test_irony_and_rhetoric_are_no_requests(classifier: Classifier) -> None:
    for text in ("Wer kennt das nicht?", "Geht's noch?", "Glauben Sie das wirklich selbst? ;-)"):
        assert judge(classifier, text).request < classifier.threshold


def test_negation(classifier: Classifier) -> None:
    assert (
        judge(classifier, "Wir suchen keinen Anbieter mehr, danke.").request
        < judge(classifier, "Wir suchen noch einen Anbieter, danke.").request
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Kann jemand ein gutes CRM empfehlen?", Kind.RECOMMENDATION),
        ("Wo kann man gebrauchte Server kaufen?", Kind.SOURCING),
        ("Wir suchen eine Agentur, die uns einen Webshop baut.", Kind.PROVIDER),
        ("Hat jemand Erfahrungen mit Hetzner?", Kind.EXPERIENCE),
        ("Shopware oder Shopify, was ist besser?", Kind.COMPARISON),
        (
            "Seit dem Update startet der Rechner nicht mehr, es kommt eine Fehlermeldung. Was kann ich tun?",
            Kind.SUPPORT,
        ),
        ("Where can I buy a used laptop?", Kind.SOURCING),
        ("Has anyone used Pipedrive? What are your experiences?", Kind.EXPERIENCE),
    ],
)
def test_kinds(classifier: Classifier, text: str, kind: Kind) -> None:
    verdict = judge(classifier, text)
    assert verdict.kinds[kind] >= classifier.kind_threshold(kind)


REQUEST = "Hallo zusammen, wer kann für unser Büro einen zuverlässigen IT-Dienstleister empfehlen? Danke für eure Hilfe!"
STATEMENT = "Gestern waren wir im Büro und haben den neuen Drucker für die Abteilung aufgebaut, läuft prima."
CHANGES = {
    "umlauts written out": lambda text: text.replace("ü", "ue").replace("ä", "ae").replace("ö", "oe"),
    "capitals": str.upper,
    "lower case": str.lower,
    "line breaks": lambda text: text.replace(", ", ",\n"),
    "emoji": lambda text: text + " 🙏😊",
    "spaces": lambda text: text.replace(" ", "  "),
    "typos": lambda text: text.replace("zuverlässigen", "zuverlässgien").replace("Abteilung", "Abteiulng"),
    "no question mark": lambda text: text.replace("?", "."),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_spelling_does_not_change_the_decision(classifier: Classifier, change: object) -> None:
    assert callable(change)
    assert judge(classifier, str(change(REQUEST))).request >= classifier.threshold
    assert judge(classifier, str(change(STATEMENT))).request < classifier.threshold


HOSTILE = {
    "empty": "",
    "blanks": " \n\t ",
    "a megabyte of questions": "Wer kann helfen? " * 60_000,
    "a megabyte without a blank": "a" * 1_000_000,
    "a megabyte of question marks": "?" * 1_000_000,
    "nested quotes": ">" * 100_000 + "\n> Wer?" * 10_000,
    "nul": "Wer kann\x00helfen?",
    "emoji only": "🙂🙃🤔" * 500,
    "right to left": "\u202eWer kann helfen?\u202c \u0645\u0631\u062d\u0628\u0627",
    "lone surrogate": "Wer kann \ud800 helfen?",
    "combining marks": "a" + "\u0301" * 50_000,
    "digits": "1234567890" * 20_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_judged_like_any_other(classifier: Classifier, text: str) -> None:
    verdict = classifier.classify([Passage(text, text)])[0]
    assert 0 <= verdict.request <= 1
    assert all(0 <= probability <= 1 for probability in verdict.kinds.values())
    assert all(0 <= span.start < span.end <= len(text) for span in verdict.evidence)


def test_other_languages_are_admitted(classifier: Classifier) -> None:
    for text, code in (
        (
            "Je cherche un bon plombier à Lyon, est-ce que quelqu'un peut me recommander une entreprise ?",
            "fr",
        ),
        ("Cerco un idraulico a Roma, qualcuno può consigliarmi una ditta affidabile per favore?", "it"),
    ):
        verdict = judge(classifier, text)
        assert verdict.language == code
        assert not verdict.confident
    assert judge(classifier, REQUEST).confident
    assert judge(classifier, "Can anyone recommend a good accountant?").language == "en"


def test_a_verdict_depends_on_its_post_alone(classifier: Classifier) -> None:
    passages = [Passage("", text) for pair in PAIRS for text in pair]
    passages += [Passage(REQUEST, STATEMENT * 3), Passage("", ""), Passage("", REQUEST * 20)]
    together = classifier.classify(passages)
    shuffled = list(range(len(passages)))
    random.Random(1).shuffle(shuffled)
    again = classifier.classify([passages[index] for index in shuffled])
    assert [again[shuffled.index(index)] for index in range(len(passages))] == together
    assert [classifier.classify([passage])[0] for passage in passages] == together


def test_evidence_is_the_sentence_that_asks(classifier: Classifier) -> None:
    text = "Wir sind ein Betrieb mit zehn Leuten. Wer kann uns ein gutes CRM empfehlen? Die Sonne scheint."
    strongest = judge(classifier, text).evidence[0]
    assert text[strongest.start : strongest.end] == "Wer kann uns ein gutes CRM empfehlen?"


def test_the_title_of_a_reply_is_someone_elses(classifier: Classifier) -> None:
    title, text = (
        "Wer kann einen Steuerberater empfehlen?",
        "Ich war bei Müller in der Hauptstraße sehr zufrieden.",
    )
    assert judge(classifier, text, title, first=False).request < classifier.threshold
    assert judge(classifier, "Danke!", title, first=True).request >= classifier.threshold
