"""Sets up a Chromium that starts, for checks, tests and pictures in a real browser: `make browser`.

The first of these that works:

1. one that is there already: nothing is done;
2. Debian and its kin, as root: the package chromium;
3. Debian and its kin, as anybody else: the same packages, unpacked into .venv/chromium;
4. elsewhere: the one that Playwright downloads.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lpdownload.check.browser.chromium import PRIVATE, chromium
from lpdownload.errors import InvalidInput

PACKAGES = ("chromium", "fonts-liberation", "fonts-noto-color-emoji")
"""Fonts: free ones as wide as Arial, Times and Courier, and the emoji of mastheads."""
DPKG_STATUS = Path("/var/lib/dpkg/status")
WHAT_TO_TYPE = """
No Chromium could be set up, and checks, tests and pictures need one. Then do it by hand:
  Debian:      sudo apt-get install chromium
  Fedora:      sudo dnf install chromium
  macOS:       brew install --cask google-chrome
  elsewhere:   .venv/bin/python -m playwright install --with-deps chromium
and say `make browser` again."""


def main() -> int:
    why = why_none_starts()
    if not why:
        return 0
    ways: list[Callable[[], None]] = [install_by_playwright]
    if apt_has_chromium():
        ways.insert(0, install_packages if is_root() else unpack_packages)
    for way in ways:
        try:
            way()
        except (OSError, subprocess.CalledProcessError) as error:
            why = told_by(error)
        else:
            why = why_none_starts()
            if not why:
                return 0
        print(why, file=sys.stderr)
    print(WHAT_TO_TYPE, file=sys.stderr)
    return 1


def why_none_starts() -> str:
    """Nothing if a Chromium shows a page."""
    try:
        with chromium() as browser:
            browser.new_page().set_content("<p>It works.</p>")
    except InvalidInput as error:
        return str(error)
    return ""


def is_root() -> bool:
    return os.geteuid() == 0


def apt_has_chromium() -> bool:
    """Whether apt knows a Chromium; Ubuntu's is only a word for a snap."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return False
    release = Path("/etc/os-release")
    return not release.exists() or "ID=ubuntu" not in release.read_text("utf-8").splitlines()


def install_packages() -> None:
    """As root, into the system."""
    print("Installing Chromium with apt-get, once.", flush=True)
    install = ["apt-get", "install", "--yes", "-qq", "--no-install-recommends", *PACKAGES]
    quiet = ["-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120"]
    try:
        run([*install, *quiet])
    except subprocess.CalledProcessError:  # no lists of packages yet, or old ones
        run(["apt-get", "update", "-qq", *quiet])
        run([*install, *quiet])


def unpack_packages(folder: Path | None = None) -> None:
    """As anybody, into .venv/chromium: what is missing on this machine, by the machine's own sources."""
    folder = folder or Path(sys.prefix) / PRIVATE.parent
    print(f"Unpacking Chromium into {folder}, once: one to three minutes.", flush=True)
    apt, root = folder / "apt", folder / "root"
    shutil.rmtree(folder, ignore_errors=True)
    (apt / "lists" / "partial").mkdir(parents=True)
    (apt / "cache" / "archives" / "partial").mkdir(parents=True)
    root.mkdir()
    config = apt / "apt.conf"
    config.write_text(private_apt(apt), "utf-8")
    run(["apt-get", "-c", str(config), "update", "-qq"])
    download = ["install", "--yes", "-qq", "--no-install-recommends", "--download-only", *PACKAGES]
    run(["apt-get", "-c", str(config), *download])
    for package in sorted((apt / "cache" / "archives").glob("*.deb")):
        run(["dpkg", "--extract", str(package), str(root)])
    shutil.rmtree(apt)
    write_starter(folder, root)


def private_apt(apt: Path) -> str:
    """Configuration that is read after the machine's own: lists and packages are kept in ``apt``."""
    return f"""\
Dir::State::lists "{apt}/lists";
Dir::State::status "{DPKG_STATUS}";
Dir::Cache "{apt}/cache";
Dir::Cache::archives "{apt}/cache/archives";
Dir::Log "{apt}";
Debug::NoLocking "true";
Acquire::Languages "none";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear APT::Keep-Downloaded-Packages;
APT::Keep-Downloaded-Packages "true";
"""


def write_starter(folder: Path, root: Path) -> None:
    """A program beside the unpacked packages that starts Chromium with the libraries and fonts among them."""
    binary = root / "usr" / "lib" / "chromium" / "chromium"
    if not binary.is_file():
        raise FileNotFoundError(f"the package chromium has no {binary.relative_to(root)}")
    roots = [root / "usr" / "lib", root / "lib"]
    libraries = sorted({file.parent for one in roots for file in one.rglob("lib*.so*")})
    fonts = folder / "fonts.conf"
    fonts.write_text(
        f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>/usr/share/fonts</dir>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{folder}/fonts</cachedir>
</fontconfig>
""",
        "utf-8",
    )
    starter = folder / PRIVATE.name
    starter.write_text(
        f"""#!/bin/sh
export LD_LIBRARY_PATH="{":".join(map(str, libraries))}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="{fonts}"
exec "{binary}" "$@"
""",
        "utf-8",
    )
    starter.chmod(0o755)


def install_by_playwright() -> None:
    print("Downloading Playwright's Chromium, once.", flush=True)
    with_deps = ["--with-deps"] if shutil.which("apt-get") and is_root() else []
    run([sys.executable, "-m", "playwright", "install", *with_deps, "--only-shell", "chromium"])


def run(command: Sequence[str]) -> None:
    """Raises CalledProcessError with what the command said."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, check=True, capture_output=True, text=True)


def told_by(error: OSError | subprocess.CalledProcessError) -> str:
    if isinstance(error, OSError):
        return str(error)
    said = (error.stderr or error.stdout or "").strip().splitlines()
    return "\n".join([f"{' '.join(error.cmd[:3])} … failed ({error.returncode}):", *said[-5:]])


if __name__ == "__main__":
    sys.exit(main())
