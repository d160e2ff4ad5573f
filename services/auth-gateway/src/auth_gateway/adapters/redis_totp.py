"""One-time codes in Redis, each used once across all replicas; the code itself is not stored.

Technitium accepts a code for ten minutes and as often as it comes.
"""

from typing import Final

from companion.keys import TOTP_PREFIX
from companion.secret import Secret
from companion.sessions.scripts import Script
from companion.sessions.seal import Pepper
from companion.store import store_errors
from redis.asyncio import Redis

# Five minutes on either side of now is what Technitium accepts; one more for slow answers.
_JUDGED_FOR_S: Final = 11 * 60

# 1 when the code is this sign-in's, which it also is when the command is sent twice.
_RESERVE = Script(
    """
for _, key in ipairs(KEYS) do
  local owner = redis.call('GET', key)
  if owner and owner ~= ARGV[1] then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""
)
_RELEASE = Script(
    """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""
)


class RedisUsedCodes:
    """The port `UsedCodes`; fails closed."""

    def __init__(self, redis: Redis, *, pepper: Pepper) -> None:
        self._redis = redis
        self._pepper = pepper

    async def reserve(self, name: str, code: Secret, sign_in_id: str) -> bool:
        args: list[str | float] = [sign_in_id, _JUDGED_FOR_S]
        with store_errors():
            return bool(await _RESERVE.run(self._redis, keys=self._keys(name, code), args=args))

    async def release(self, name: str, code: Secret, sign_in_id: str) -> None:
        keys = self._keys(name, code)[:1]
        with store_errors():
            await _RELEASE.run(self._redis, keys=keys, args=[sign_in_id])

    def _keys(self, name: str, code: Secret) -> list[str]:
        """Under every pepper, so that a code is used once also while one is replaced."""
        digests = self._pepper.digests(f"totp:{len(name)}:{name}:{code.reveal()}")
        return [f"{TOTP_PREFIX}{digest.hex()}" for digest in digests]
