"""The fields of `settings/set` by subject, each in the order in which they are applied."""
