"""What may stand in ``radar.toml`` and the environment, and what is said about what may not."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar.config import Config, Privacy, load, reading
from radar.config.loading import check_text
from radar.config.pseudonym import pseudonym_key
from radar.errors import ConfigError
from radar.model import Channel, Kind, Profile, Source

SOURCE = '[[source]]\nname = "s"\nurl = "https://forum.example.org/"\nchannel = "forum"\n'


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "radar.toml"


def read(file: Path, text: str | bytes, **environ: str) -> Config:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load({"RADAR_HOME": str(file.parent / "home"), **environ}, file)


def problems(file: Path, text: str | bytes, **environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        read(file, text, **environ)
    assert caught.value.exit_code == 2
    return caught.value.problems


def test_everything_that_can_be_set(written: Path) -> None:
    config = read(
        written,
        """
        contact = "radar@example.org"
        delay = 3
        private_hosts = ["127.0.0.1:8080", "Intranet", "[::1]:80"]
        metrics_port = 9109
        [privacy]
        pseudonymise = false
        reason = "Ordner 3, Nr. 7"
        keep_unmatched = "1w"
        keep_matched = "100d 12h"
        [[profile]]
        name = "CRM"
        description = "Wir führen CRM ein."
        any = ["crm*", '"wer kennt"']
        all = ["verein*"]
        none = ["biete"]
        kinds = ["Provider", "Empfehlung"]
        languages = ["de"]
        regions = ["DE", "Hamburg"]
        min_score = 0.7
        min_request = 1
        replies = true
        [[source]]
        name = "Forum"
        url = "http://127.0.0.1:8080/forum/"
        channel = "Forum"
        boards = [12, "15"]
        interval = "15m"
        timezone = "Europe/Berlin"
        language = "de-AT"
        region = "DE"
        budget = 50
        max_age = "30d"
        render = true
        enabled = false
        full_text = true
        delay = 0.5
        """,
    )
    assert config == Config(
        home=written.parent / "home",
        path=written,
        contact="radar@example.org",
        delay=3.0,
        private_hosts=("127.0.0.1:8080", "intranet", "[::1]:80"),
        metrics_port=9109,
        privacy=Privacy(
            pseudonymise=False,
            reason="Ordner 3, Nr. 7",
            keep_unmatched=timedelta(days=7),
            keep_matched=timedelta(days=100, hours=12),
        ),
        profiles=(
            Profile(
                name="CRM",
                description="Wir führen CRM ein.",
                any=("crm*", '"wer kennt"'),
                all=("verein*",),
                none=("biete",),
                kinds=(Kind.PROVIDER, Kind.RECOMMENDATION),
                languages=("de",),
                regions=("DE", "Hamburg"),
                min_score=0.7,
                min_request=1.0,
                replies=True,
            ),
        ),
        sources=(
            Source(
                name="Forum",
                url="http://127.0.0.1:8080/forum/",
                channel=Channel.FORUM,
                boards=("12", "15"),
                interval=timedelta(minutes=15),
                timezone="Europe/Berlin",
                language="de-AT",
                region="DE",
                budget=50,
                max_age=timedelta(days=30),
                render=True,
                enabled=False,
                full_text=True,
                delay=0.5,
            ),
        ),
    )


def test_without_a_file_there_are_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = load({"RADAR_HOME": "home"})
    assert config == Config(home=tmp_path / "home")
    assert load({}).home.is_absolute()


def test_where_the_file_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, home, told = tmp_path / "here", tmp_path / "home", tmp_path / "told.toml"
    here.mkdir()
    home.mkdir()
    monkeypatch.chdir(here)
    environ = {"RADAR_HOME": str(home)}
    for file in (home / "radar.toml", here / "radar.toml"):
        file.write_text("delay = 1")
        assert load(environ).path == file
    told.write_text("delay = 1")
    assert load({**environ, "RADAR_CONFIG": str(told)}).path == told
    with pytest.raises(ConfigError, match="radar init"):
        load(environ, tmp_path / "missing.toml")


def test_the_environment_goes_before_the_file(written: Path) -> None:
    config = read(
        written,
        'contact = "file@example.org"\ndelay = 1',
        RADAR_CONTACT="https://example.org/radar",
        RADAR_DELAY="0.5",
        RADAR_PRIVATE_HOSTS="127.0.0.1:1, intranet",
        RADAR_METRICS_PORT="9000",
        RADAR_DATABASE_URL="postgresql://radar:secret@db/radar",
        RADAR_REDIS_URL="rediss://:secret@redis:6379/1",
        RADAR_PSEUDONYM_KEY="0123456789abcdef",
        RADAR_PRIVACY_KEEP_MATCHED="2d",
        RADAR_PRIVACY_PSEUDONYMISE="no",
        RADAR_PRIVACY_REASON="records 7",
    )
    assert (config.contact, config.delay, config.metrics_port) == ("https://example.org/radar", 0.5, 9000)
    assert config.private_hosts == ("127.0.0.1:1", "intranet")
    assert config.privacy == Privacy(pseudonymise=False, reason="records 7", keep_matched=timedelta(days=2))
    assert config.redis_url == "rediss://:secret@redis:6379/1"
    assert "secret" not in repr(config)
    assert "0123456789" not in repr(config)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dealy = 1", "radar.toml:1: unknown key `dealy`; did you mean `delay`?"),
        ("\nsources = 1", "radar.toml:2: unknown key `sources`; did you mean `source`?"),
        ('any = ["x"]', "radar.toml:1: unknown key `any`; it belongs below a [[profile]]"),
        (
            'database_url = "x"',
            "radar.toml:1: `database_url` does not belong into a file; set RADAR_DATABASE_URL",
        ),
        ("delay = -1", "radar.toml:1: `delay` must be a number from 0 to 3600 (seconds), not -1"),
        ("delay = nan", "radar.toml:1: `delay` must be a number"),
        ("delay = true", "radar.toml:1: `delay` must be a number from 0 to 3600 (seconds), not true"),
        ('contact = "me"', "radar.toml:1: `contact` must be a mail address or the address of a web page"),
        ('contact = "a@b.de\\r\\nX: y"', "radar.toml:1: `contact` must be a mail address"),
        ('contact = "ä@b.de"', "radar.toml:1: `contact` must be a mail address"),
        (
            "private_hosts = 'x'",
            'radar.toml:1: `private_hosts` must be a list: write private_hosts = ["…", "…"]',
        ),
        ("private_hosts = ['http://x/']", "radar.toml:1: `private_hosts`: must be a host such as"),
        ("metrics_port = 70000", "radar.toml:1: `metrics_port` must be a whole number from 1 to 65535"),
        ("classifier = '/nowhere'", "radar.toml:1: `classifier`: there is no file /nowhere"),
        ("privacy = 1", "radar.toml:1: `privacy` must be a table: write [privacy] on a line of its own"),
        ("[privacy]\nkeep = '1d'", "radar.toml:2: unknown key `keep` in [privacy]"),
        ("[privacy]\npseudonymise = false", "radar.toml:2: storing authors by name needs a reason"),
        ("[privacy]\nkeep_matched = 30", "radar.toml:2: `keep_matched` must be a number and a unit"),
        ("[profile]\nname = 'x'", "radar.toml:1: write [[profile]] with two brackets"),
        (
            "profile = ['x']",
            "radar.toml:1: `profile` must be a table: write [[profile]] on a line of its own",
        ),
        ("[[profile]]\nany = []", "radar.toml:1: this [[profile]] has no `name`"),
        (
            "[[profile]]\nname = 'x'\nanny = []",
            "radar.toml:3: unknown key `anny` in [[profile]]; did you mean `any`?",
        ),
        (
            "[[profile]]\nname = 'x'\nany = [\n'a',\n'(b',\n]",
            "radar.toml:5: `any`: “(b”: the bracket that opens here is never closed (character 1)",
        ),
        ("[[profile]]\nname = 'x'\nany = [1]", "radar.toml:3: `any`: must be text in quotes, not 1"),
        (
            "[[profile]]\nname = 'x'\nkinds = ['recomendation']",
            "radar.toml:3: `kinds`: “recomendation” is no kind of request (support, sourcing, provider, "
            "recommendation, tips, experience, comparison, information); did you mean `recommendation`?",
        ),
        (
            "[[profile]]\nname = 'x'\nlanguages = ['german']",
            "radar.toml:3: `languages`: must be a language code",
        ),
        ("[[profile]]\nname = ''", "radar.toml:2: `name` must be one line of 1 to 80 characters"),
        (
            "[[profile]]\nname = 'x'\nreplies = 'yes'",
            "radar.toml:3: `replies` must be true or false (without quotes)",
        ),
        (
            "[[profile]]\nname = 'CRM'\n[[profile]]\nname = 'crm'",
            "radar.toml:4: profile “crm” is there twice (first on line 2); rename one",
        ),
        (SOURCE, "radar.toml:1: reading other people's sites needs a `contact`"),
        (
            SOURCE.replace("https://", "ftp://"),
            "radar.toml:3: `url`: “ftp://forum.example.org/” must begin with https",
        ),
        (
            SOURCE.replace("https://", ""),
            "radar.toml:3: `url`: “forum.example.org/” must begin with https:// or",
        ),
        (SOURCE.replace("forum.", "a b."), "radar.toml:3: `url`: “https://a b.example.org/” is no address"),
        (SOURCE.replace("forum.", "u:p@"), "radar.toml:3: `url` must not carry user or password"),
        (
            SOURCE.replace("org/", "org:99999/"),
            "radar.toml:3: `url`: “https://forum.example.org:99999/” is no address",
        ),
        (SOURCE.replace("forum.example.org", "[x"), "radar.toml:3: `url`: “https://[x/” is no address"),
        (
            SOURCE.replace('"forum"', '"forums"'),
            "radar.toml:4: `channel`: “forums” is no channel (feed, forum,",
        ),
        (SOURCE.replace("channel", "# channel"), "radar.toml:1: this [[source]] has no `channel`"),
        (
            SOURCE + 'timezone = "europe/berln"',
            "radar.toml:5: `timezone`: “europe/berln” is no time zone; did you mean",
        ),
        (
            SOURCE + 'interval = "15 minutes"',
            "radar.toml:5: `interval` must be a number and a unit (s, m, h, d, w)",
        ),
        (SOURCE + 'interval = "1m"', 'radar.toml:5: `interval` must be at least "5m"'),
        (SOURCE + 'interval = "0h"', "radar.toml:5: `interval` must be between a second and a hundred years"),
        (SOURCE + "budget = 0", "radar.toml:5: `budget` must be a whole number from 1 to 100000, not 0"),
        (SOURCE + "boards = [true]", "radar.toml:5: `boards`: must be text in quotes, not true"),
        (
            SOURCE + 'software = "nosuch"',
            "radar.toml:5: `software`: “nosuch” is no software that the radar knows",
        ),
        (
            SOURCE.replace("forum.example.org", "127.0.0.1:8080"),
            "radar.toml:3: 127.0.0.1 is an address inside your own network, which is only read on request: "
            'add it to private_hosts = ["127.0.0.1:8080"]',
        ),
        (
            SOURCE.replace("forum.example.org", "192.168.1.2"),
            "radar.toml:3: 192.168.1.2 is an address inside",
        ),
        ("a = ", "radar.toml:1: the value cannot be read: text needs quotes"),
        ("a = 1\na = 2", "radar.toml:2: this key is there twice; keep one"),
        ("a = 'x", "radar.toml:1: a quote is not closed"),
        ("\n[privacy]\n[privacy]", "radar.toml:3: this section is there twice"),
        ("any = ['a' 'b']", "radar.toml:1: a list is not closed: a ] or a comma is missing"),
        ("a = " + "[" * 5000, "radar.toml:1: "),
        (b"delay = 1\ncontact = '\xe4'", "radar.toml:2: not UTF-8"),
    ],
)
def test_mistakes_are_named_by_line(written: Path, text: str | bytes, expected: str) -> None:
    found = problems(written, text)
    assert any(problem.startswith(expected) for problem in found), found


@pytest.mark.parametrize(
    ("variable", "told", "expected"),
    [
        ("RADAR_DELAY", "fast", "must be a number, not “fast”"),
        ("RADAR_DELAY", "-1", "must be a number from 0 to 3600"),
        ("RADAR_METRICS_PORT", "0", "must be a whole number from 1 to 65535"),
        ("RADAR_CONTACT", "me", "must be a mail address"),
        ("RADAR_DATABASE_URL", "mysql://x", "must begin with postgresql://"),
        ("RADAR_REDIS_URL", "localhost:6379", "must begin with redis://"),
        ("RADAR_PSEUDONYM_KEY", "short", "must have at least 16 characters"),
        ("RADAR_PRIVACY_PSEUDONYMISE", "perhaps", "must be true or false"),
        ("RADAR_PRIVACY_KEEP_MATCHED", "1 year", "must be a number and a unit"),
        ("RADAR_PRIVATE_HOSTS", "http://x/", "must be a host such as"),
        ("RADAR_CLASSIFIER", "/nowhere", "there is no file /nowhere"),
    ],
)
def test_mistakes_in_the_environment_name_the_variable(
    written: Path, variable: str, told: str, expected: str
) -> None:
    (problem,) = problems(written, "", **{variable: told})
    assert problem.startswith(f"{variable}: {expected}")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(written: Path) -> None:
    found = problems(
        written, f"[[profile]]\nname = 'x'\nkinds = ['a', 'b']\nmin_score = 2\n{SOURCE}color = 1\n"
    )
    assert [int(re.match(r"radar.toml:(\d+): ", problem)[1]) for problem in found] == [3, 3, 4, 5, 9]  # type: ignore[index]
    with pytest.raises(ConfigError, match=r"and 4 more: see `radar check`"):
        load({"RADAR_HOME": "x"}, written)


def test_windows_editors_are_welcome(written: Path) -> None:
    assert read(written, "\ufeffdelay = 1\r\ncontact = 'a@b.de'\r\n").delay == 1.0


def test_a_software_tells_its_channel(written: Path) -> None:
    from radar.extract.registry import SOFTWARE

    for software in SOFTWARE.values():
        text = SOURCE.replace('channel = "forum"', f'software = "{software.name}"\nenabled = true')
        config = read(written, f'contact = "a@b.de"\n{text}')
        assert config.sources[0].channel is software.channel


def test_loopback_needs_no_contact(written: Path) -> None:
    text = SOURCE.replace("https://forum.example.org", "http://localhost:8080")
    assert read(written, f'private_hosts = ["localhost"]\n{text}').sources
    config = read(written, "")
    config.require_contact("http://127.0.0.1:99/")
    with pytest.raises(ConfigError, match="RADAR_CONTACT"):
        config.require_contact("https://forum.example.org/")


def test_the_user_agent_carries_the_contact(written: Path) -> None:
    assert re.fullmatch(
        r"my-business-radar/\S+ \(\+a@b\.de\)", read(written, 'contact = "a@b.de"').user_agent
    )


def test_the_file_that_init_writes_is_right(written: Path) -> None:
    template = resources.files("radar.config").joinpath("template.toml").read_text("utf-8")
    config = read(written, template)
    assert len(config.profiles) == 2
    uncommented = re.sub(r"^# (?=contact|\[\[source|[a-z_]+ = )", "", template, flags=re.MULTILINE)
    assert read(written, uncommented).sources[0].name == "Beispielforum"


def test_the_key_of_the_pseudonyms(written: Path) -> None:
    assert pseudonym_key(read(written, "", RADAR_PSEUDONYM_KEY="0123456789abcdef")) == b"0123456789abcdef"
    assert pseudonym_key(read(written, "[privacy]\npseudonymise = false\nreason = 'x'")) is None


def test_without_one_in_the_environment_a_key_is_made_once(written: Path) -> None:
    config = read(written, "")
    key = pseudonym_key(config)
    assert key
    assert len(key) == 64
    assert pseudonym_key(config) == key
    file = config.home / "pseudonym.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(config.home.iterdir()) == [file]
    file.write_bytes(b"")
    with pytest.raises(ConfigError, match="damaged"):
        pseudonym_key(config)
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigError, match="cannot be used"):
        pseudonym_key(config)


VALUES = st.sampled_from(
    [
        "''",
        "'x'",
        "-1",
        "0",
        "2",
        "1e400",
        "nan",
        "true",
        "[]",
        "[1, 'x', []]",
        "{}",
        "{a = 1}",
        "2026-11-24",
        "'\\\\'",
        "'http://'",
        "'https://[::1'",
        "'https://a.b/'",
        "'\U0010ffff'",
        "['', '(', 'a*']",
        "'1d'",
        "'de'",
        "'feed'",
    ]
)
KEYS = st.sampled_from(
    sorted({*reading.TOP, *reading.PRIVACY, *reading.PROFILE, *reading.SOURCE, "x", "profile"})
)
SECTIONS = st.sampled_from(
    ["[[profile]]", "[[source]]", "[privacy]", "[profile]", "[x]", "source = 1", "profile = [1]"]
)


@given(st.lists(st.one_of(SECTIONS, st.builds("{} = {}".format, KEYS, VALUES)), max_size=8).map("\n".join))
def test_any_document_is_read_or_refused_line_by_line(text: str) -> None:
    try:
        check_text(text, environ={"RADAR_HOME": "/nowhere"})
    except ConfigError as error:
        found = error.problems
    else:
        return
    last = text.count("\n") + 1
    for problem in found:
        place = re.match(r"radar\.toml:(\d+): .", problem)
        assert place, problem
        assert 1 <= int(place[1]) <= last


REDDIT = 'contact = "a@example.org"\n[[source]]\nname = "r"\nurl = "https://www.reddit.com/r/werkstatt/"\n'


@pytest.mark.parametrize(
    "keys",
    [
        'software = "reddit"',
        'channel = "social"',
        'channel = "feed"',
        'channel = "feed"\nenabled = true',
        'channel = "feed"\nsoftware = "feed"\nenabled = true',
    ],
)
def test_reddit_is_refused_until_its_owner_names_it_and_says_so(written: Path, keys: str) -> None:
    (problem,) = problems(written, f"{REDDIT}{keys}\n")
    assert problem.startswith("radar.toml:4: Reddit's terms and its robots.txt")
    assert problem.endswith('write software = "reddit" and enabled = true')


@pytest.mark.parametrize(
    "keys",
    [
        'software = "reddit"\nenabled = true',
        'software = "reddit"\nenabled = false',
        'channel = "feed"\nenabled = false',
    ],
)
def test_reddit_may_be_switched_on_or_stand_there_switched_off(written: Path, keys: str) -> None:
    (source,) = read(written, f"{REDDIT}{keys}\n").sources
    assert source.enabled is ("true" in keys)
