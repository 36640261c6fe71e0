"""The Lambda functions, one module each: parse, call `shared`, answer.

A start makes some hundred thousand objects that stay, and hardly any garbage; looking for it every 2,000 objects, as
Python does, takes a tenth of the start. Requests make so little of it that looking seldom costs no memory to speak of.
"""

import gc

gc.set_threshold(50_000)
