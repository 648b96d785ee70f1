#!/usr/bin/env python3
"""Makes the pictures of the README from fixtures: the report page, and a terminal.

    cargo build --release --locked && python3 docs/pictures/make.py

Needs Chromium. Each picture is a screenshot of what the program writes, in a light theme.
"""
import html
import os
import re
import shutil
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ACO = os.path.join(ROOT, "target", "release", "aco")
FOLDER = os.path.dirname(os.path.abspath(__file__))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"]

AS_OF = ["--as-of", "2022-12-09", "--names", "fixtures/customers.csv"]
PAGE = ["report", "fixtures/desk", "--invoice", "fixtures/invoice/2022-07.csv", *AS_OF]
COMMANDS = [
    ["summary", "fixtures/desk", "--by", "customer", "--month", "last", *AS_OF],
    ["balance", "fixtures/desk", "--status", "active", *AS_OF],
]
TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #1d1f21; color: #d8d8d2; padding: 18px 22px; }
pre { font: 15px/1.35 "DejaVu Sans Mono", monospace; margin: 0; }
.b { font-weight: bold; } .d { opacity: .65; } .r { color: #ff7b72; } .g { color: #7ee787; } .y { color: #e3b341; }
.p { color: #7ee787; }
</style><pre>%s</pre>"""
CLASSES = {"1": "b", "2": "d", "31": "r", "32": "g", "33": "y"}


def screenshot(page, picture, width, height):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run([CHROMIUM, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}",
                        f"--screenshot={picture}", f"file://{page}"], check=True, capture_output=True)


def coloured(text):
    """Text with terminal colours as HTML."""
    parts = re.split("\x1b\\[([0-9;]*)m", text)
    shown, opened = html.escape(parts[0]), 0
    for code, rest in zip(parts[1::2], parts[2::2]):
        shown += "</span>" * opened
        classes = [CLASSES[number] for number in code.split(";") if number in CLASSES]
        opened = 1 if classes else 0
        shown += (f'<span class="{" ".join(classes)}">' if classes else "") + html.escape(rest)
    return shown + "</span>" * opened


def terminal(command):
    run = subprocess.run([ACO, *command, "-f", "table", "--color", "always"], cwd=ROOT, text=True, capture_output=True,
                         env={**os.environ, "COLUMNS": "92"}, check=False)
    # The flags that only fix the day and the names would hide the question.
    shown = " ".join(command[:command.index("--as-of")])
    return f'<span class="p">$</span> <span class="b">aco {html.escape(shown)}</span>\n{coloured(run.stdout)}\n'


def main():
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page.html")
        subprocess.run([ACO, *PAGE, "-q", "-o", page], cwd=ROOT, check=False)
        screenshot(page, os.path.join(FOLDER, "page.png"), 1100, 650)
        shown = "".join(terminal(command) for command in COMMANDS)
        page = os.path.join(folder, "terminal.html")
        with open(page, "w", encoding="utf-8") as file:
            file.write(TERMINAL % shown)
        screenshot(page, os.path.join(FOLDER, "terminal.png"), 900, 36 + 20 * (shown.count("\n") + 1))


main()
