#!/usr/bin/env python3
"""Makes the picture of the README from fixtures: the report page.

    cargo build --release --locked && python3 docs/pictures/make.py

Needs Chromium. The picture is a screenshot of what the program writes, in a light theme.
"""
import os
import shutil
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ACO = os.path.join(ROOT, "target", "release", "aco")
FOLDER = os.path.dirname(os.path.abspath(__file__))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"]

PAGE = ["report", "fixtures/desk", "--invoice", "fixtures/invoice/2022-07.csv", "--as-of", "2022-12-09",
        "--names", "fixtures/customers.csv"]


def screenshot(page, picture, width, height):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run([CHROMIUM, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}",
                        f"--screenshot={picture}", f"file://{page}"], check=True, capture_output=True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page.html")
        subprocess.run([ACO, *PAGE, "-q", "-o", page], cwd=ROOT, check=False)
        screenshot(page, os.path.join(FOLDER, "page.png"), 1100, 650)


main()
