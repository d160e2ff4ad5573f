"""What the gateway does between requests; every job may run on any replica, and twice."""
