"""The signed identity of a service that calls another one in its own name.

The signature covers the whole call, so that it opens nothing else: not another path, body,
audience or moment. Within the window the same call can be sent again; routes are made for that.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from typing import Final

from companion.secret import Secret

CALLER_HEADER: Final = "x-companion-identity-service"
TIME_HEADER: Final = "x-companion-identity-time"
SIGNATURE_HEADER: Final = "x-companion-identity-signature"

WINDOW_S: Final = 30.0

_PURPOSE = b"companion-identity-1"
_LENGTH_BYTES = 8
_TIME = re.compile(r"[0-9]{1,12}\.[0-9]{3}")


class IdentityRefused(Exception):  # noqa: N818 - it states an outcome, not a fault
    """A call does not show who makes it.

    Attributes:
        reason: "missing", "malformed", "signature", "time" or "caller"; for logs, since the
            caller is told the same for each.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The identity of the calling service is refused: {reason}.")
        self.reason = reason


class Signer:
    """Signs the calls of one service."""

    def __init__(self, secret: Secret, service: str) -> None:
        self._secret = secret
        self._service = service

    def headers(  # noqa: PLR0917 - the parts of a call, in their order
        self, method: str, path: str, query: str, body: bytes, audience: str, now: float
    ) -> dict[str, str]:
        """The headers to send with a call.

        Args:
            method: In any case.
            path: As it is sent, percent-encoding included.
            query: As it is sent, without the question mark.
            body: The bytes of the body; empty without one.
            audience: The service that is called.
            now: Epoch seconds by the clock of Redis.
        """
        time = f"{now:.3f}"
        signature = _signature(
            self._secret, [audience, self._service, method.upper(), path, query, time], body
        )
        return {
            CALLER_HEADER: self._service,
            TIME_HEADER: time,
            SIGNATURE_HEADER: signature,
        }


class Verifier:
    """Tells which service makes a call to this one."""

    def __init__(self, secret: Secret, audience: str) -> None:
        self._secret = secret
        self._audience = audience

    def verify(
        self,
        headers: Mapping[str, str],
        method: str,
        path: str,
        query: str,
        body: bytes,
        *,
        callers: Collection[str],
        now: float,
    ) -> str:
        """The name of the calling service, one of `callers`.

        Args:
            headers: Of the call, with names in lower case (or looked up without regard to case).
            method: As for `Signer.headers`, as are the three that follow.
            path: The path as it came, percent-encoding included.
            query: The query as it came.
            body: The whole body.
            callers: The services that this route is for.
            now: Epoch seconds by the clock of Redis.

        Raises:
            IdentityRefused: The call is not signed by one of them, for this call and this time.
        """
        caller, time, signature = _shown(headers)
        expected = _signature(
            self._secret, [self._audience, caller, method.upper(), path, query, time], body
        )
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise IdentityRefused("signature")
        if abs(now - float(time)) > WINDOW_S:
            raise IdentityRefused("time")
        if caller not in callers:
            raise IdentityRefused("caller")
        return caller


def _shown(headers: Mapping[str, str]) -> tuple[str, str, str]:
    values = [headers.get(name) for name in (CALLER_HEADER, TIME_HEADER, SIGNATURE_HEADER)]
    caller, time, signature = values
    if caller is None or time is None or signature is None:
        raise IdentityRefused("missing")
    if _TIME.fullmatch(time) is None:
        raise IdentityRefused("malformed")
    return caller, time, signature


def _signature(secret: Secret, parts: list[str], body: bytes) -> str:
    """HMAC-SHA256 over the parts, each behind its length so that none runs into the next."""
    mac = hmac.new(secret.reveal().encode(), digestmod="sha256")
    for part in [_PURPOSE, *(_encoded(one) for one in parts), hashlib.sha256(body).digest()]:
        mac.update(len(part).to_bytes(_LENGTH_BYTES, "big"))
        mac.update(part)
    return mac.hexdigest()


def _encoded(part: str) -> bytes:
    """The part as bytes; what is no valid text keeps a form of its own."""
    return part.encode("utf-8", "surrogatepass")
