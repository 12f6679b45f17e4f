"""Where the program starts."""

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PYPROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))


def test_the_command_starts_here_and_so_does_the_module() -> None:
    assert PYPROJECT["project"]["scripts"] == {"lpdownload": "lpdownload.__main__:main"}
    done = subprocess.run(
        [sys.executable, "-m", "lpdownload", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("lpdownload ")


def test_nothing_is_loaded_before_it_listens_for_ctrl_c() -> None:
    code = "import sys; import lpdownload.__main__; print([m for m in sys.modules if 'lpdownload' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['lpdownload', 'lpdownload.__main__']\n"


@pytest.mark.parametrize("loaded", ["typer", "lpdownload.cli.app", "lpdownload.cli.worker"])
def test_ctrl_c_while_it_is_loaded_ends_it_with_130_and_without_a_word(loaded: str, tmp_path: Path) -> None:
    script = f"""
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Finder:
    def find_spec(self, name, *_):
        if name == {loaded!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from lpdownload.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, "list"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_where_ctrl_c_is_ignored_it_stays_ignored() -> None:
    script = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    script += "import lpdownload.cli.app as app\n"
    script += "app.main = lambda: print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)\n"
    script += "from lpdownload.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_ctrl_c_that_nobody_took_ends_it_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    from lpdownload import __main__ as start

    def interrupted() -> None:
        raise KeyboardInterrupt

    def left(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr("lpdownload.cli.app.main", interrupted)
    monkeypatch.setattr(os, "_exit", left)
    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(SystemExit) as caught:
            start.main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert caught.value.code == 130
