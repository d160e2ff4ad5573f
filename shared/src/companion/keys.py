"""Every key that the services keep in Redis, with its type and its lifetime.

docs/redis.md says the same for people who operate a server; a test holds the two together.
"""

from typing import Final

# Sessions ------------------------------------------------------------------------------------

# Followed by the hex HMAC-SHA256 (pepper) of the cookie value. Hash: `blob` (the sealed record),
# `seen` and `deadline` (epoch seconds), `gen` (raised by writes). Lives until its deadline plus
# SESSION_KEPT_S, so that the sweeper, never an expiry, is what ends a session.
SESSION_PREFIX: Final = "session:"
SESSION_KEPT_S: Final = 86_400

# Sorted set of session keys by the moment each session ends: the earlier of its idle limit and
# its absolute limit, epoch seconds. No expiry.
SESSION_DEADLINES: Final = "sessions:deadlines"

# Technitium tokens to end -------------------------------------------------------------------

# Stream: `key` (what the blob was sealed for), `blob` (sealed tokens or a sealed session) and,
# on an entry that replaced an older one, `added` (epoch seconds of the first). No expiry.
OUTBOX: Final = "outbox"

# The consumer group on OUTBOX in which all gateways share the work.
OUTBOX_GROUP: Final = "gateways"

# Between services ---------------------------------------------------------------------------

# String, "session" or "legacy": the mode of the running stack. No expiry.
MODE: Final = "mode"

# String, JSON: the state of the background token as ptr-worker last wrote it. 60 s.
BACKGROUND_TOKEN: Final = "background-token"  # noqa: S105 - the name of a key

# Signing in ---------------------------------------------------------------------------------

# Followed by a kind, a node's id and, of some kinds, a network and a name digest. Hashes (kinds
# `network`, `name`, `everybody`): the tries with a password and how they were judged; one string
# per node (kind `real-ip`): it takes the client's address from us. 7 days after the last write.
ATTEMPTS_PREFIX: Final = "attempts:"

# Followed by the hex HMAC-SHA256 (pepper) of a user and a code. String: the id of the sign-in that
# uses the code or used it. 11 minutes.
TOTP_PREFIX: Final = "totp:"
