"""The DHCP server of a node: scopes, leases, reservations, and the records it makes."""
