"""Lists, cache and apps of the demonstration: what the household blocks, and for whom."""

import json
from collections.abc import Iterable, Mapping

from technitium_sandbox.apps.table import ADVANCED_BLOCKING, QUERY_LOGS
from technitium_sandbox.node import Node
from technitium_sandbox.resolver.replies import Question
from technitium_sandbox.resolver.traffic import ASKED

ASKED_AGAIN_S = 240
LOGGED_ROWS = 100_000
_BLOCKED = (
    "ads.tracker.example",
    "adserver.shopping.example",
    "analytics.games.example",
    "banner.adnetwork.example",
    "beacon.news.example",
    "click.mailing.example",
    "collect.vacuum.example",
    "crash.reports.example",
    "doubleview.example.net",
    "fingerprint.example.org",
    "heatmap.shopping.example",
    "metrics.phone.example",
    "pixel.social.example",
    "popups.example.net",
    "promo.video.example",
    "smartads.tv.example",
    "sponsored.news.example",
    "telemetry.printer.example",
    "telemetry.tv.example",
    "track.parcel.example",
    "xn--werbe-frderer-omb.example",
)
_ALLOWED = (
    "cdn.parcel.example",
    "login.shopping.example",
    "school.portal.example",
    "updates.phone.example",
)
_GROUPS_OF_NETWORKS = {
    "192.168.10.24": "kids",
    "192.168.10.25": "kids",
    "192.168.10.0/24": "family",
    "192.168.20.0/24": "iot",
    "192.168.30.0/24": "guests",
}


def fill_lists(node: Node) -> None:
    node.blocked.replace(_BLOCKED)
    node.allowed.replace(_ALLOWED)


def install_apps(node: Node) -> None:
    """Blocking by groups, and the log of queries; both from a store that is there."""
    node.apps.has_store = True
    node.apps.install(ADVANCED_BLOCKING, config=json.dumps(_configuration(), indent=2))
    log = node.apps.install(QUERY_LOGS)
    configuration = {**json.loads(log.config or "{}"), "maxLogRecords": LOGGED_ROWS}
    node.apps.configure(QUERY_LOGS, json.dumps(configuration, indent=2))


def keep_cache(node: Node) -> None:
    """Have the household's usual names in the cache, now and whenever they run out."""
    for name, qtype in ASKED:
        node.resolver.resolve(Question(name, qtype))
    node.clock.later(ASKED_AGAIN_S, lambda: _keep_cache_of_living(node))


def _keep_cache_of_living(node: Node) -> None:
    """A node that a reset has replaced is asked nothing any more."""
    if node in node.wire.nodes:
        keep_cache(node)


def _configuration() -> Mapping[str, object]:
    return {
        "enableBlocking": True,
        "blockingAnswerTtl": 30,
        "blockListUrlUpdateIntervalHours": 24,
        "blockListUrlUpdateIntervalMinutes": 0,
        "localEndPointGroupMap": {"kids.dot.home.arpa": "kids"},
        "networkGroupMap": _GROUPS_OF_NETWORKS,
        "groups": [
            _group("family", lists=("hosts.txt",), allowed=("newsletter.shopping.example",)),
            _group(
                "kids",
                blocked=("casino.example.net", "dating.example.org", "social.example"),
                patterns=(r"^(.+\.)?games?[0-9]*\.", r"^ad[sv]?[0-9]*\."),
                lists=("hosts.txt", "social.txt"),
                allowed=("school.portal.example", "encyclopedia.example.org"),
            ),
            _group(
                "iot",
                blocked=("collect.vacuum.example", "telemetry.tv.example"),
                patterns=(r"^(telemetry|metrics|collect)\.",),
                lists=("tracking.txt",),
                allowed=("firmware.thermostat.example",),
            ),
            _group("guests", blocked=("nas.home.arpa", "printer.home.arpa"), lists=("hosts.txt",)),
        ],
    }


def _group(
    name: str,
    *,
    lists: Iterable[str],
    blocked: Iterable[str] = (),
    allowed: Iterable[str] = (),
    patterns: Iterable[str] = (),
) -> Mapping[str, object]:
    return {
        "name": name,
        "enableBlocking": True,
        "allowTxtBlockingReport": True,
        "blockAsNxDomain": True,
        "blockingAddresses": ["0.0.0.0", "::"],  # noqa: S104 - an answer, no place to listen
        "allowed": list(allowed),
        "blocked": list(blocked),
        "allowListUrls": [],
        "blockListUrls": [f"https://lists.example.net/{one}" for one in lists],
        "allowedRegex": [],
        "blockedRegex": list(patterns),
        "regexAllowListUrls": [],
        "regexBlockListUrls": [],
        "adblockListUrls": [],
    }
