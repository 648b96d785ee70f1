"""Prints the licences of everything that the packaged programs contain besides their own code.

Crates: what cargo resolves for both platforms, with the licence files that each brings. Rust's library and the runtime
of mingw-w64: what their Debian packages bring. A crate that says no licence, or brings no text of it, ends this.
"""

import json
import pathlib
import subprocess
import sys

PLATFORMS = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-gnu"]
NAMES = ("licen", "copying", "copyright", "notice", "unlicense")
RUST = pathlib.Path("/usr/lib/rustlib/src/rust")
RUNTIMES = ["mingw-w64-common", "gcc-mingw-w64-base"]
RULE = "=" * 100


def packages(platform):
    """The crates that become part of the program on a platform; the first is the program itself."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", platform]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    known = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    found, waiting = {}, [metadata["resolve"]["root"]]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = known[name]
        for dependency in nodes[name]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    return list(found.values())[1:]


def texts(folder):
    """The licence files of a folder by name, with what they say."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name.lower().startswith(NAMES))
    return [(path.name, path.read_text(encoding="utf-8").strip().replace("\r\n", "\n")) for path in files]


def crates():
    """Title and texts of each crate that is linked in."""
    found = {}
    for platform in PLATFORMS:
        for package in packages(platform):
            found[package["name"], package["version"]] = package
    for (name, version), package in sorted(found.items()):
        files = texts(pathlib.Path(package["manifest_path"]).parent)
        if not package["license"] or not files:
            sys.exit(f"licences: {name} {version} says {package['license']} and brings {len(files)} texts")
        yield f"{name} {version}: {package['license']}\n{package['repository'] or ''}".strip(), files


def library():
    """Title and texts of Rust's library and of the crates that it contains."""
    if not RUST.is_dir():
        sys.exit(f"licences: there is no {RUST}; install rust-web-src")
    yield "Rust's standard library: MIT OR Apache-2.0\nhttps://github.com/rust-lang/rust", texts(RUST)
    for folder in sorted((RUST / "library/vendor").iterdir()):
        if folder.is_dir() and (files := texts(folder)):
            yield f"{folder.name}, part of Rust's standard library", files


def runtimes():
    """Title and texts of what the linker for Windows adds."""
    for name in RUNTIMES:
        text = pathlib.Path("/usr/share/doc", name, "copyright").read_text(encoding="utf-8").strip()
        yield f"{name}: the runtime linked into the program for Windows", [("copyright", text)]


def main():
    """Prints each text once, under the names of all whose text it is."""
    shown = {}
    print("What the aco program contains besides its own code, and under which licences.\n")
    parts = [*crates(), *library(), *runtimes()]
    for title, files in parts:
        print(title)
        for name, text in files:
            number = shown.setdefault(text, len(shown) + 1)
            print(f"  {name}: text {number}")
        print()
    for text, number in shown.items():
        print(f"{RULE}\nText {number}\n{RULE}\n\n{text}\n")


main()
