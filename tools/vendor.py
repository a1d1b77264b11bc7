"""Fetch the third-party files under static/vendor by exact version, and check them.

    python tools/vendor.py            fetch what is missing, write docs/vendor.md
    python tools/vendor.py --check    compare static/vendor with docs/vendor.md (no network)

The package comes from `npm pack`; its integrity value must equal the one written here. `sourceMappingURL` comments are
taken out, since the maps are not shipped.
"""

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
REPORT = ROOT / "docs" / "vendor.md"
MAP_COMMENT = re.compile(rb"\n?/\*[#@] sourceMappingURL=[^*]*\*/\s*|\n?//[#@] sourceMappingURL=\S*\s*")


@dataclass(frozen=True)
class Package:
    """One package: exact version, npm integrity (sha512), licence, and the files taken from it."""

    name: str
    version: str
    integrity: str
    licence: str
    files: tuple

    @property
    def folder(self):
        return VENDOR / f"{self.name}-{self.version}"


PACKAGES = [
    Package(
        name="bootstrap",
        version="5.3.9",
        integrity=("sha512-20cU0rcfw8WdxtVbmfU+xT2EjvVTw9Ror/h1Qvd7DXCujRg8OO9mdBCsmTHdJFf3BuadmBNJtgIuUXsBqSkk/w=="),
        licence="MIT",
        files=("LICENSE", "dist/css/bootstrap.min.css", "dist/css/bootstrap-reboot.min.css"),
    )
]


def fetch(package):
    """Download `package`, check it, write its files. Raises SystemExit when the integrity differs."""
    with tempfile.TemporaryDirectory() as folder:
        spec = f"{package.name}@{package.version}"
        answer = subprocess.run(
            ["npm", "pack", spec, "--json"], cwd=folder, check=True, capture_output=True, text=True
        )
        archive = Path(folder) / json.loads(answer.stdout)[0]["filename"]
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != package.integrity:
            sys.exit(f"{spec}: integrity is {found}, expected {package.integrity}")
        package.folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as tar:
            for name in package.files:
                data = tar.extractfile(f"package/{name}").read()
                (package.folder / Path(name).name).write_bytes(MAP_COMMENT.sub(b"\n", data))


def checksums():
    """`{path under static/vendor: sha512 in hex}` of what lies there."""
    files = sorted(path for path in VENDOR.rglob("*") if path.is_file())
    return {path.relative_to(VENDOR).as_posix(): hashlib.sha512(path.read_bytes()).hexdigest() for path in files}


def recorded():
    """The same from docs/vendor.md."""
    return dict(re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{128})` \|$", REPORT.read_text(), re.MULTILINE))


def write_report():
    """Write docs/vendor.md: packages, licences, checksums."""
    lines = [
        "# Third-party files in the repository",
        "",
        "Fetched by `tools/vendor.py` from the npm registry by name, exact version and integrity;",
        "`python tools/vendor.py --check` compares the files with this page. `bootstrap.purged.css` is made from",
        "`bootstrap.min.css` by `tools/purge.py`: the rules whose classes our templates and forms use.",
        "htmx comes with the Python package django-htmx.",
        "",
        "| package | version | licence | integrity |",
        "|---|---|---|---|",
        *[f"| {p.name} | {p.version} | {p.licence} | `{p.integrity}` |" for p in PACKAGES],
        "",
        "| file under static/vendor | sha512 |",
        "|---|---|",
        *[f"| `{name}` | `{digest}` |" for name, digest in checksums().items()],
        "",
    ]
    REPORT.write_text("\n".join(lines))


def differences():
    """Sentences about files that are missing, changed or unknown; empty when all is well."""
    there, known = checksums(), recorded()
    told = [f"missing: {name}" for name in known.keys() - there.keys()]
    told += [f"not recorded: {name}" for name in there.keys() - known.keys()]
    return sorted(told + [f"changed: {name}" for name in there.keys() & known.keys() if there[name] != known[name]])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument("--again", action="store_true", help="fetch even what is there")
    options = parser.parse_args()
    if options.check:
        told = differences()
        print("\n".join(told) or "static/vendor is as recorded.")
        sys.exit(1 if told else 0)
    for package in PACKAGES:
        if options.again:
            shutil.rmtree(package.folder, ignore_errors=True)
        if not all((package.folder / Path(name).name).exists() for name in package.files):
            fetch(package)
    write_report()


if __name__ == "__main__":
    main()
