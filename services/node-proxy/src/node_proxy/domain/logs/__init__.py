"""Query logs: searched on the nodes themselves, merged by time, followed as they are written."""
