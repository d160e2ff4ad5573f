"""What differs between the releases of Technitium that this sandbox can be: one table of rules.

A subject asks its node (`node.version.has_totp`) and never compares version numbers itself.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The rules of one release; the values written here are those of 15.2."""

    text: str

    # How answers look.
    names_server: bool = True
    shows_stack_trace: bool = False
    sends_cache_headers: bool = True
    """Also stands for `Vary` and gzip: 13.6 has none of them on a success."""
    answers_unknown_calls: bool = False
    """13.6 says ok to paths and methods it does not know, and does nothing."""
    lacking: tuple[str, ...] = ()
    """Beginnings of the paths that this release does not have."""
    post_only: frozenset[str] = frozenset()
    """Paths that took POST only, before they took GET, too."""

    # Who asks.
    knows_bearer: bool = True
    names_missing_token: bool = False
    """A missing token is an ordinary error that names the parameter."""
    makes_tokens_by_session: bool = True
    cluster_token_kind: str = "ClusterApiToken"  # noqa: S105 - a kind of token, no token
    missing_logout_token: str = "Value cannot be null. (Parameter 'key')"  # noqa: S105 - a text

    # People.
    has_sso: bool = True
    has_totp: bool = True
    has_clusters: bool = True
    checks_old_password: bool = True
    """Otherwise changing a password takes the new one as `pass` and asks for no other."""
    needs_display_name: bool = False
    allows_at_in_names: bool = True
    refuses_to_disable_oneself: bool = True
    person_oneself: str = "themselves"
    marks_session_when_set: bool = True
    """Whether the answer to users/set says which session is the caller's own."""

    # Zones and records.
    ns_ttl_s: int = 14_400
    soa_ttl_s: int = 900
    shows_private_keys: bool = True
    adds_existing_records: bool = True

    # Statistics, DNS client.
    reads_stats_type_as_enum: bool = True
    echoes_client_subnet: bool = False
    blocked_soa_names_host: bool = True
    """Otherwise the mailbox in a blocked answer's SOA is at the server's own name."""

    # Query logs.
    page_without_rows: int = 1
    folds_logged_names: bool = True
    """Whether `qname` is looked for in lower case and without the dots at its end."""

    # DHCP.
    shows_dns_overwrite: bool = True
    tells_why_reservations_fail: bool = True

    # Settings, lists and apps.
    settings_lacking: frozenset[str] = frozenset()
    masks_unset_passwords: bool = False
    keeps_block_list_order: bool = True
    quotes_interval_parameter: bool = False
    allowed_soa_minimum_s: int | None = None
    """None: as long as an answer to what is blocked lives."""
    empty_app_config: str = "Operation is not valid due to the current state of the object."
    app_config_has_minutes: bool = True
    """Advanced Blocking's first configuration has `blockingAnswerTtl` and minutes."""
    names_temporary_file: bool = False

    def has_path(self, path: str, method: str) -> bool:
        """Whether this release knows the path (in the documented spelling) by that method."""
        if self.lacking and path.startswith(self.lacking):
            return False
        return method == "POST" or path not in self.post_only


_SINCE_15 = (
    "/api/sso/",
    "/api/admin/sso/",
    "/api/user/createSingleUseToken",
    "/api/dashboard/metrics/",
    "/api/zones/dnssec/properties/activateKskDnsKey",
)
_SINCE_14 = ("/api/admin/cluster/", "/api/user/2fa/")

V15_2 = Version(text="15.2")
V14_3 = replace(
    V15_2,
    text="14.3",
    page_without_rows=0,
    shows_stack_trace=True,
    lacking=_SINCE_15,
    post_only=frozenset({"/api/admin/cluster/initJoin"}),
    knows_bearer=False,
    names_missing_token=True,
    makes_tokens_by_session=False,
    cluster_token_kind="ApiToken",  # noqa: S106 - a kind of token, no token
    missing_logout_token="Parameter 'token' missing.",  # noqa: S106 - a text
    has_sso=False,
    allows_at_in_names=False,
    refuses_to_disable_oneself=False,
    person_oneself="themself",
    adds_existing_records=False,
    echoes_client_subnet=True,
    tells_why_reservations_fail=False,
    settings_lacking=frozenset(
        {
            "dnsReverseProxyNetworkACL",
            "enableEDnsClientSubnetSourceAddress",
            "ipv6Mode",
            "udpReceiveBufferSizeKB",
            "udpSendBufferSizeKB",
            "webServiceReverseProxyAddresses",
        }
    ),
    masks_unset_passwords=True,
    empty_app_config="Value cannot be null. (Parameter 'json')",
)
V13_6 = replace(
    V14_3,
    text="13.6",
    folds_logged_names=False,
    names_server=False,
    sends_cache_headers=False,
    answers_unknown_calls=True,
    lacking=_SINCE_15 + _SINCE_14,
    has_totp=False,
    has_clusters=False,
    checks_old_password=False,
    needs_display_name=True,
    marks_session_when_set=False,
    ns_ttl_s=3_600,
    soa_ttl_s=3_600,
    shows_private_keys=False,
    reads_stats_type_as_enum=False,
    blocked_soa_names_host=False,
    shows_dns_overwrite=False,
    settings_lacking=V14_3.settings_lacking
    | {
        "clusterInitialized",
        "defaultNsRecordTtl",
        "defaultSoaRecordTtl",
        "enableUdpSocketPool",
        "socketPoolExcludedPorts",
        "qpmLimitUdpTruncationPercentage",
        "qpmPrefixLimitsIPv4",
        "qpmPrefixLimitsIPv6",
    },
    keeps_block_list_order=False,
    quotes_interval_parameter=True,
    allowed_soa_minimum_s=60,
    app_config_has_minutes=False,
    names_temporary_file=True,
)
VERSIONS = {version.text: version for version in (V15_2, V14_3, V13_6)}
