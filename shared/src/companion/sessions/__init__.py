"""Sessions: who is signed in, sealed in Redis, ended everywhere when they end here.

`store` opens and changes them, `outbox` and `sweeper` are how their tokens are ended.
"""
