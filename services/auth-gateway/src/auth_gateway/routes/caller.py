"""The caller of a request, as its headers and the verified origin tell."""

from companion.technitium.text import readable
from starlette.requests import Request

from auth_gateway.domain.caller import MAX_AGENT_CHARACTERS, Caller
from auth_gateway.routes.state import State


def caller_of(request: Request[State]) -> Caller:
    agent = readable(request.headers.get("user-agent", ""))[:MAX_AGENT_CHARACTERS]
    origin = request.state["origin"]
    return Caller(ip=origin.client_ip, agent=agent, origin=origin.url)
