"""Log files of a node, and the queries that a log app keeps."""
