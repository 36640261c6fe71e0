"""The smoke test of `make smoke`: a deployed stack, or the running local stack, from the first event to the erasure."""
