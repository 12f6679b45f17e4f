"""Where the program starts: Ctrl-C ends it without a traceback, even while it is still being loaded."""

import os
import signal
from typing import NoReturn

_INTERRUPTED = 130


def main() -> None:
    # By a handler: an exception can get lost, or be printed, in the middle of an import.
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not so in a shell's background
    if heard:
        signal.signal(signal.SIGINT, _leave)
    from lpdownload.cli.app import main as run

    try:
        if heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        _leave()


def _leave(*_: object) -> NoReturn:
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
