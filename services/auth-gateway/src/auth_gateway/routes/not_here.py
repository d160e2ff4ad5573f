"""What is not on the public listener, whatever other listeners have."""

from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send


async def not_here(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise HTTPException(status_code=404)
