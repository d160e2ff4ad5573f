"""The control port: the time, queries, devices and trouble on demand, and what was received."""
