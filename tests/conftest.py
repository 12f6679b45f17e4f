"""What all tests share."""

from hypothesis import settings

# A busy machine is not a failure: no test asserts a time.
settings.register_profile("lpdownload", deadline=None)
settings.load_profile("lpdownload")
