"""Log files of the demonstration: a week in which people now and then changed something."""

from technitium_sandbox.dashboard.statistics import DAY_S, HOUR_S
from technitium_sandbox.logs.log_files import LogFiles

DAYS = 7
# Days ago, hour of the day, where from, who, what.
_DONE = (
    (6, 8.1, "192.168.10.21", "admin", "User logged in successfully."),
    (6, 8.2, "192.168.10.21", "admin", "DNS Settings were updated successfully."),
    (5, 19.4, "192.168.10.22", "admin", "User logged in successfully."),
    (5, 19.6, "192.168.10.22", "admin", "Block list was updated successfully."),
    (4, 3.0, "", "", "DNS Server is updating block lists."),
    (3, 9.8, "192.168.10.21", "dhcp", "User logged in successfully."),
    (3, 9.9, "192.168.10.21", "dhcp", "DHCP scope was updated successfully: Home"),
    (2, 3.0, "", "", "DNS Server is updating block lists."),
    (1, 20.3, "192.168.10.21", "admin", "User logged in successfully."),
    (1, 20.4, "192.168.10.21", "admin", "New record was added to Primary zone: home.arpa"),
)


def keep_logs(now: float) -> LogFiles:
    """The files of the days before and of today, in which the node was started."""
    files, midnight = LogFiles(now), now // DAY_S * DAY_S
    for day in range(1, DAYS):
        files.write(midnight - day * DAY_S, "Logging started.")
    for days_ago, hour, client, user, text in _DONE:
        files.write(midnight - days_ago * DAY_S + hour * HOUR_S, text, client=client, user=user)
    return files
