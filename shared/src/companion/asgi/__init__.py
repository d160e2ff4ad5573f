"""The layers around every service's routes: who asks, from where, what went wrong, what is told.

Their order, outermost first, is context, security headers, forwarded, problems, unsafe methods.
"""
