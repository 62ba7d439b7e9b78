from __future__ import annotations

import pytest

from radar.model import Outcome
from radar.politeness.policy.answers import Next, challenge, moved, rule

HTML = {"content-type": "text/html"}


@pytest.mark.parametrize(
    ("status", "headers", "what", "outcome"),
    [
        (200, {}, Next.GO_ON, None),
        (204, {}, Next.GO_ON, None),
        (304, {}, Next.GO_ON, None),
        (401, {}, Next.DROP, Outcome.BLOCKED),
        (403, {}, Next.DROP, Outcome.BLOCKED),
        (403, {"retry-after": "5"}, Next.REST, Outcome.UNREACHABLE),
        (403, {"x-ratelimit-remaining": "0"}, Next.REST, Outcome.UNREACHABLE),
        (403, {"x-ratelimit-remaining": "7"}, Next.DROP, Outcome.BLOCKED),
        (404, {}, Next.DROP, None),
        (405, {}, Next.DROP, Outcome.UNREACHABLE),
        (408, {}, Next.LATER, Outcome.UNREACHABLE),
        (410, {}, Next.DROP, Outcome.GONE),
        (429, {}, Next.REST, Outcome.UNREACHABLE),
        (451, {}, Next.DROP, Outcome.BLOCKED),
        (500, {}, Next.LATER, Outcome.UNREACHABLE),
        (502, {}, Next.LATER, Outcome.UNREACHABLE),
        (503, {}, Next.REST, Outcome.UNREACHABLE),
        (522, {}, Next.LATER, Outcome.UNREACHABLE),
    ],
)
def test_a_status_has_one_meaning(
    status: int, headers: dict[str, str], what: Next, outcome: Outcome | None
) -> None:
    ruling = rule(status, headers, b"")
    assert (ruling.next, ruling.outcome) == (what, outcome)


@pytest.mark.parametrize(
    ("status", "headers", "body", "product"),
    [
        (403, {"cf-mitigated": "challenge"}, b"", "Cloudflare"),
        (503, HTML, b"<script>window._cf_chl_opt={cvId:'3'}</script>", "Cloudflare"),
        (200, HTML, b'<script id="anubis_challenge" type="application/json">', "Anubis"),
        (200, HTML, b"<script>sucuri_cloudproxy_js=''</script>", "Sucuri"),
        (403, {"x-datadome": "protected"}, b"", "DataDome"),
        (202, {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF"),
        (200, HTML, b'<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>', "Imperva"),
        (200, {"x-datadome": "protected"}, b"", None),
        (200, HTML, b"<p>How do I get rid of 'Just a moment...' by Cloudflare? It says captcha.</p>", None),
        (200, {"content-type": "application/json"}, b"window._cf_chl_opt", None),
        (200, HTML, b"<p>" + b"x" * 300_000 + b"</p><script>window._cf_chl_opt</script>", None),
    ],
)
def test_a_challenge_is_known_by_its_marks(
    status: int, headers: dict[str, str], body: bytes, product: str | None
) -> None:
    assert challenge(status, headers, body) == product
    assert (rule(status, headers, body).outcome is Outcome.BLOCKED) is (product is not None)


@pytest.mark.parametrize(
    ("status", "old", "new", "expected"),
    [
        (301, "https://a.example/x", "https://b.example/x", True),
        (308, "https://a.example/x", "https://b.example/", True),
        (302, "https://a.example/x", "https://b.example/x", False),
        (301, "http://a.example/x", "https://www.a.example/y", False),
        (301, "https://a.example/", "https://A.example./", False),
        (301, "https://a.example/", "https://forum.a.example/", True),
        (301, "https://a.example/", "https://[bad", False),
    ],
)
def test_only_a_permanent_redirect_to_another_host_is_a_move(
    status: int, old: str, new: str, expected: bool
) -> None:
    assert moved(status, old, new) is expected
