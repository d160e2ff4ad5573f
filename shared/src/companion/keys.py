"""Every key that the services keep in Redis, with its type and its lifetime.

docs/redis.md says the same for people who operate a server; a test holds the two together.
"""

from typing import Final

# Sessions ------------------------------------------------------------------------------------

# Followed by the hex HMAC-SHA256 (pepper) of the cookie value. Hash: `blob` (the sealed record),
# `seen` and `deadline` (epoch seconds), `gen` (raised by writes), `of` (its index), `ok:` + node id
# (epoch seconds at which the node last took its token). Lives until its deadline plus
# SESSION_KEPT_S, so that the sweeper, never an expiry, is what ends a session.
SESSION_PREFIX: Final = "session:"
SESSION_KEPT_S: Final = 86_400

# Sorted set of session keys by the moment each session ends: the earlier of its idle limit and
# its absolute limit, epoch seconds. No expiry.
SESSION_DEADLINES: Final = "sessions:deadlines"

# Followed by the hex HMAC-SHA256 (pepper) of a folded user name. Sorted set: the keys of that
# name's sessions by their absolute limits, epoch seconds. Lives until the last of these plus
# SESSION_KEPT_S. The scripts of sessions know its text, too.
SESSIONS_OF_PREFIX: Final = "sessions:of:"

# Sorted set of session keys by the moment (epoch seconds) at which their nodes are asked next:
# whether the user still exists, and to keep tokens alive. No expiry.
SESSION_DUE: Final = "sessions:due"

# Sealed, msgpack: which configured nodes the identity node itself calls members of its cluster, as
# it said at the last sign-in there. 7 days.
IDENTITY: Final = "identity"

# Technitium tokens to end -------------------------------------------------------------------

# Stream: `key` (what the blob was sealed for), `blob` (sealed tokens or a sealed session) and,
# on an entry that replaced an older one, `added` (epoch seconds of the first). No expiry.
OUTBOX: Final = "outbox"

# The consumer group on OUTBOX in which all gateways share the work.
OUTBOX_GROUP: Final = "gateways"

# Between services ---------------------------------------------------------------------------

# String, "session" or "legacy": the mode of the running stack, which the gateways renew. 60 s.
MODE: Final = "mode"
MODE_KEPT_S: Final = 60

# String: the ids of the nodes that the cluster token is used for where nobody signs in, sorted,
# separated by commas. No expiry.
CLUSTER_TOKEN_NODES: Final = "cluster-token-nodes"  # noqa: S105 - the name of a key

# String, JSON: the state of the background token as ptr-worker last wrote it. 60 s.
BACKGROUND_TOKEN: Final = "background-token"  # noqa: S105 - the name of a key

# Signing in ---------------------------------------------------------------------------------

# Followed by a kind, a node's id and, of some kinds, the number of a group. Hashes (kinds
# `networks`, `names`, `accounts`, `everybody`): each field is one count of tries with a password
# and how they were judged, in MessagePack, times in epoch milliseconds; the field "-" is when a
# network was forgotten for want of room. One string per node (kind `real-ip`): it takes the
# client's address from us. 7 days after the last write.
ATTEMPTS_PREFIX: Final = "attempts:"

# Followed by the hex HMAC-SHA256 (pepper) of a user and a code. String: the id of the sign-in that
# uses the code or used it. 11 minutes.
TOTP_PREFIX: Final = "totp:"

# Sorted set of login intents (name digest, sign-in, process, node, network) by the moment after
# which nobody works on them, epoch milliseconds. Each until the sign-in is settled, or its node
# has ended by itself what it may have begun: seven days at most.
INTENTS: Final = "intents"

# Followed by a name digest. Set: that name's members of INTENTS. 15 days after the last write.
INTENTS_PREFIX: Final = "intents:"

# Followed by a name digest. Hash: seconds without a call after which a node (field) ends sessions
# of that user. 30 days after the last write.
TIMEOUTS_PREFIX: Final = "timeouts:"

# Followed by the id of a process. String: that gateway lives. 5 s, renewed every second.
GATEWAYS_PREFIX: Final = "gateways:"
