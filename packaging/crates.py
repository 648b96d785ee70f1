"""What the packaged programs contain besides their own code: `crates.py licences`, `crates.py sbom` or `crates.py check`.

Crates are what cargo resolves for all platforms. `licences` prints the licence files that each brings, with those of
Rust's library and of the runtime of mingw-w64, which their Debian packages bring. `sbom` prints the crates as CycloneDX.
`check` ends with 1 where a crate comes from elsewhere than crates.io, has a licence that asks for more than its text, needs
more than a Rust toolchain to be built, or stands in the program twice.
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

PLATFORMS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-pc-windows-gnu"]
CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"
# Licences that ask for nothing but that their text goes along.
ALLOWED = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "Unicode-3.0", "Unicode-DFS-2016", "Zlib"}
# What builds code of other languages.
BUILDERS = {"bindgen", "cc", "cmake", "pkg-config", "vcpkg"}
# Two versions of a crate are in the program where a library still needs the older one.
TWICE = {"getrandom"}
NAMES = ("licen", "copying", "copyright", "notice", "unlicense")
RUST = pathlib.Path("/usr/lib/rustlib/src/rust")
RUNTIMES = ["mingw-w64-common", "gcc-mingw-w64-base"]
RULE = "=" * 100


def output(*command):
    """What a command prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def packages(platform, edges="normal"):
    """The crates of the program on a platform by name and version, each with those that it needs; the program is the first.

    `cargo metadata` knows each crate but not, of features that are off, that they are: `cargo tree` knows what is needed.
    """
    metadata = json.loads(output("cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", platform))
    known = {(package["name"], package["version"]): package for package in metadata["packages"]}
    tree = output("cargo", "tree", "--locked", "--no-dedupe", "--prefix=depth", f"--target={platform}", f"--edges={edges}")
    found, path = {}, []
    for line in tree.splitlines():
        depth, name, version = re.match(r"(\d+)(\S+) v(\S+)", line).groups()
        crate = (name, version)
        del path[int(depth):]
        found.setdefault(crate, (known[crate], set()))
        if path:
            found[path[-1]][1].add(crate)
        path.append(crate)
    return found


def all_packages():
    """The same of all platforms; the program itself is the first."""
    found = {}
    for platform in PLATFORMS:
        for crate, (package, needs) in packages(platform).items():
            found.setdefault(crate, (package, set()))[1].update(needs)
    return found


def texts(folder):
    """The licence files of a folder by name, with what they say."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name.lower().startswith(NAMES))
    return [(path.name, path.read_text(encoding="utf-8").strip().replace("\r\n", "\n")) for path in files]


def crates():
    """Title and texts of each crate that is linked in; one that brings none has those of its repository's others."""
    found = [package for package, _ in list(all_packages().values())[1:]]
    own = {package["id"]: texts(pathlib.Path(package["manifest_path"]).parent) for package in found}
    origin = lambda package: (package["repository"], package["license"])
    shared = {origin(package): own[package["id"]] for package in found if own[package["id"]]}
    for name, version, package in sorted((package["name"], package["version"], package) for package in found):
        files = own[package["id"]] or shared.get(origin(package), [])
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


def licences():
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


def sbom():
    """Prints the crates and what needs what as a software bill of materials: CycloneDX 1.5, the same for the same lock."""
    lock = tomllib.loads(pathlib.Path("Cargo.lock").read_text(encoding="utf-8"))
    sums = {(crate["name"], crate["version"]): crate.get("checksum") for crate in lock["package"]}
    found = all_packages()

    def reference(package):
        return f"pkg:cargo/{package['name']}@{package['version']}"

    def component(package):
        described = {
            "type": "library",
            "bom-ref": reference(package),
            "name": package["name"],
            "version": package["version"],
            "purl": reference(package),
            "licenses": [{"expression": package["license"].replace("/", " OR ")}] if package["license"] else [],
        }
        checksum = sums[package["name"], package["version"]]
        return described | ({"hashes": [{"alg": "SHA-256", "content": checksum}]} if checksum else {})

    (program, _), *others = found.values()
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(program) | {"type": "application"}},
        "components": sorted((component(package) for package, _ in others), key=lambda one: one["bom-ref"]),
        "dependencies": sorted(
            (
                {"ref": reference(package), "dependsOn": sorted(reference(found[need][0]) for need in needs)}
                for package, needs in found.values()
            ),
            key=lambda one: one["ref"],
        ),
    }
    print(json.dumps(bill, indent=2))


def is_allowed(licence):
    """Whether a licence, or one of each choice that it leaves, is allowed."""
    parts = re.split(r" AND ", licence.replace("/", " OR "))
    return all(ALLOWED & set(re.findall(r"[\w.-]+", part)) for part in parts)


def check():
    """Prints what must not become part of the program, and ends with 1 if there is any."""
    found = [package for package, _ in all_packages().values()][1:]
    faults = [f"{package['name']} comes from {package['source']}" for package in found if package["source"] != CRATES_IO]
    for package in found:
        if not is_allowed(package["license"] or ""):
            faults.append(f"{package['name']} has the licence {package['license']}")
        if package["links"]:
            faults.append(f"{package['name']} links {package['links']}")
    for platform in PLATFORMS:
        built = [name for name, _ in packages(platform, "normal,build")]
        faults += [f"{name} builds other languages" for name in BUILDERS.intersection(built)]
        linked = [name for name, _ in packages(platform, "normal,no-proc-macro")]
        faults += [f"{name} stands in the program twice" for name in set(linked) - TWICE if linked.count(name) > 1]
    for fault in sorted(set(faults)):
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


{"licences": licences, "sbom": sbom, "check": check}[sys.argv[1]]()
