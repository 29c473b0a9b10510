# ruff: noqa: INP001 a program, not a package
"""Copy the few browser files that Grappe serves out of node_modules into app/web/static/built.

The stylesheet of govuk-frontend names a font and a crest that belong to the British government and that we may not
show; the copy uses our own font and carries no address of a file that we do not serve.
"""

import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
BUILT = ROOT / "app" / "web" / "static" / "built"
SUBSETS = ("latin", "latin-ext", "greek", "cyrillic")
PACKAGES = (
    "govuk-frontend",
    "htmx.org",
    "@fontsource-variable/inter",
    "@fontsource/inter",
    "@fontsource/source-serif-4",
)


def own_look(css: str) -> str:
    """Return the stylesheet with our font instead of theirs, and without addresses of their files."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", "Inter,system-ui,sans-serif")
    css = css.replace("url(/assets/images/govuk-crest.svg)", "none")
    css = without_map(css)
    if "url(/" in css or "GDS Transport," in css:
        raise SystemExit("assets: this release of govuk-frontend names files that .ci/assets.py does not know")
    return css


def without_map(text: str) -> str:
    """Return a script or a stylesheet without the address of its source map."""
    return re.sub(r"(/\*|//)# sourceMappingURL=\S+( \*/)?", "", text)


def font_files() -> list[tuple[Path, str]]:
    """Return (file in node_modules, name in our folder) for each font: variable for pages, static for documents."""
    variable = MODULES / "@fontsource-variable" / "inter" / "files"
    inter = MODULES / "@fontsource" / "inter" / "files"
    serif = MODULES / "@fontsource" / "source-serif-4" / "files"
    found = []
    for subset in SUBSETS:
        found.append((variable / f"inter-{subset}-wght-normal.woff2", f"inter-{subset}-wght.woff2"))
        found += [
            (inter / f"inter-{subset}-{weight}-normal.woff2", f"fonts/inter-{subset}-{weight}.woff2")
            for weight in (400, 600, 700)
        ]
        name = f"source-serif-4-{subset}"
        found.append((serif / f"{name}-400-normal.woff2", f"fonts/{name}-400.woff2"))
        found.append((serif / f"{name}-700-normal.woff2", f"fonts/{name}-700.woff2"))
        found.append((serif / f"{name}-400-italic.woff2", f"fonts/{name}-400-italic.woff2"))
    return found


def notices() -> str:
    """Return name, release, licence and licence text of every package that we pass on."""
    parts = []
    for package in PACKAGES:
        about = json.loads((MODULES / package / "package.json").read_text("utf-8"))
        text = MODULES / package / "LICENSE"
        parts.append(f"{package} {about['version']}, licence {about['license']}\n")
        parts.append(text.read_text("utf-8") if text.exists() else "")
    return "\n".join(parts)


def main() -> None:
    """Build the folder beside its final place, then swap, so that a running server never sees half of it."""
    new = BUILT.with_name("built.new")
    shutil.rmtree(new, ignore_errors=True)
    (new / "fonts").mkdir(parents=True)
    govuk = MODULES / "govuk-frontend" / "dist" / "govuk"
    css = own_look((govuk / "govuk-frontend.min.css").read_text("utf-8"))
    (new / "govuk-frontend.min.css").write_text(css, "utf-8")
    for script in (govuk / "govuk-frontend.min.js", MODULES / "htmx.org" / "dist" / "htmx.min.js"):
        (new / script.name).write_text(without_map(script.read_text("utf-8")), "utf-8")
    for source, name in font_files():
        shutil.copyfile(source, new / name)
    (new / "LICENCES.txt").write_text(notices(), "utf-8")
    shutil.rmtree(BUILT, ignore_errors=True)
    new.rename(BUILT)


if __name__ == "__main__":
    try:
        main()
    except FileNotFoundError as error:
        sys.exit(f"assets: {error.filename} is missing; run make assets")
