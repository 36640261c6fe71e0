"""The Lambda functions, one module each: parse, call `shared`, answer.

A start makes 80,000 objects that stay and hardly any garbage. Python would look for garbage every 2,000 objects, which
takes a tenth of the start; so it looks first when the start is over. A request leaves next to none: what it makes is
freed by counting references.
"""

import gc

gc.set_threshold(100_000)
