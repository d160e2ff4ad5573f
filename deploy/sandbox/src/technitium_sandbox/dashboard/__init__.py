"""The statistics of a node: what is counted, in which windows, and how it is drawn."""
