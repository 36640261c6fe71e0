"""Attacks company signals as a caller would who polls before and after every event, and says how often he is right.

He is as strong as he can be: he knows when each candidate did something, knows how candidates behave on average, keeps
every figure ever served, and guesses what is most probable given all of it. What is published comes from the product's
own `survey`, `release_is_due` and `new_release`. `docs/privacy.md` reads the results.
"""
