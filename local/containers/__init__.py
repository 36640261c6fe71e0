"""The built functions in containers of Lambda's own runtime, on the tables of the running local stack.

`sam local` runs them. SAM passes a function only the variables of its template, so `template` writes one that leads to
the stack; `bridge` lets containers on Linux reach what listens on loopback.
"""
