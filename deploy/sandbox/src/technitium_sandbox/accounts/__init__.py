"""People of a node: users, groups, rights, sessions, tokens and how they sign in."""
