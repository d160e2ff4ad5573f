"""The web service: its addresses, ports and certificate."""

from technitium_sandbox.calls.parameters import as_bool, as_integer
from technitium_sandbox.settings import values
from technitium_sandbox.settings.certificate import certificate
from technitium_sandbox.settings.field import clearable, listed, plain, special

FIELDS = (
    special(
        "webServiceLocalAddresses",
        listed("webServiceLocalAddresses", values.web_addresses),
    ),
    *plain(as_integer, ("webServiceHttpPort",)),
    *plain(
        as_bool,
        (
            "webServiceEnableTls",
            "webServiceEnableHttp3",
            "webServiceHttpToTlsRedirect",
            "webServiceUseSelfSignedTlsCertificate",
        ),
    ),
    *plain(as_integer, ("webServiceTlsPort",)),
    special(
        "webServiceReverseProxyAddresses",
        listed("webServiceReverseProxyAddresses", values.reverse_proxies),
    ),
    special(
        "webServiceRealIpHeader",
        clearable(
            "webServiceRealIpHeader",
            values.header("Web Service Real IP", "webServiceRealIpHeader"),
            values.REAL_IP,
        ),
    ),
    special("webServiceTlsCertificatePath", certificate("webService")),
)
