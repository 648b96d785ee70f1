#!/usr/bin/env python3
"""Loads a report page in headless Chromium with the network denied, and fails on whatever a reader would stumble over.

    browse.py PAGE [--screenshots DIR] [--most-pages N]

At 1280 and 400 pixels, light and dark, and for print: no message on the console, no request but the page itself, no
sideways scrolling of the page or of a table, every text at a contrast of at least 4.5 to 1, all of a chart inside its
picture; at 400 pixels the first amount of a row stands beside its name. In print: at most N pages. Prints the rows of
all tables, their section first and cells parted by `|`, for the caller to compare.
"""
import argparse
import base64
import os
import re
import shutil
import sys

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FINDINGS = r"""
const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3])).concat(1);
const behind = e => {
  const layers = [];
  for (let n = e; n; n = n.parentElement) layers.push(parse(getComputedStyle(n).backgroundColor));
  const dark = matchMedia('(prefers-color-scheme: dark)').matches && !matchMedia('print').matches;
  return layers.reverse().reduce((below, layer) => over(layer, below), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
};
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let texts = 0;
while (walker.nextNode()) {
  const text = walker.currentNode.nodeValue.trim(), e = walker.currentNode.parentElement;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  if (!text || e.closest('title, desc, style') || style.visibility === 'hidden' || box.width <= 1) continue;
  texts++;
  const color = parse(e.closest('svg') ? style.fill : style.color), ground = behind(e.closest('svg') || e);
  const a = light(over(color, ground)), b = light(ground);
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
}
const root = document.scrollingElement;
if (root.scrollWidth > innerWidth + 1) found.push(`scrolls sideways: ${root.scrollWidth} in ${innerWidth}`);
for (const e of document.querySelectorAll('.scroll')) {
  if (e.scrollWidth > e.clientWidth + 1) found.push(`a table scrolls sideways: ${e.scrollWidth} in ${e.clientWidth}`);
}
for (const e of document.querySelectorAll('svg text')) {
  const text = e.getBoundingClientRect(), picture = e.ownerSVGElement.getBoundingClientRect();
  if (text.left < picture.left - 1 || text.right > picture.right + 1) found.push(`outside its picture: ${e.textContent}`);
}
for (const lead of innerWidth < 500 ? document.querySelectorAll('td.lead') : []) {
  const row = lead.parentElement, name = row.cells[0];
  if (!row.offsetParent || !lead.textContent) continue;
  if (Math.abs(name.getBoundingClientRect().top - lead.getBoundingClientRect().top) > 4) {
    found.push(`not beside its name: ${lead.textContent} of ${name.textContent}`);
  }
}
for (const entry of performance.getEntriesByType('resource')) found.push(`request: ${entry.name}`);
if (texts < 20) found.push(`only ${texts} texts`);
if (document.scripts.length) found.push('a script');
return found;
"""


ROWS = r"""
const plain = text => text.trim().replace(/(?<=\d),(?=\d)/g, '');
const rows = section => [...section.querySelectorAll('tbody tr')].map(row =>
  [section.querySelector('h2').textContent, ...[...row.cells].map(cell => plain(cell.textContent))].join('|'));
return [...document.querySelectorAll('main > section')].flatMap(rows);
"""


def pages(driver):
    """How many pages the page takes on paper."""
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    printed = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", base64.b64decode(printed["data"])))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--screenshots")
    parser.add_argument("--most-pages", type=int)
    options = parser.parse_args()
    chrome = webdriver.ChromeOptions()
    chrome.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync",
                     "--host-resolver-rules=MAP * ~NOTFOUND"]:
        chrome.add_argument(argument)
    for binary in ("/usr/bin/chromium", "/usr/bin/chromium-browser"):
        if os.path.exists(binary):
            chrome.binary_location = binary
    driver = webdriver.Chrome(options=chrome, service=Service(shutil.which("chromedriver")))
    findings = []
    try:
        for width in (1280, 400):
            for scheme in ("light", "dark"):
                for medium in ("screen", "print"):
                    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                        "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
                    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                        "media": medium, "features": [{"name": "prefers-color-scheme", "value": scheme}]})
                    driver.get("file://" + os.path.abspath(options.page))
                    where = f"{width} {scheme} {medium}"
                    if not (medium == "print" and width == 400):
                        findings += [f"{where}: {finding}" for finding in driver.execute_script(FINDINGS)]
                    findings += [f"{where}: {entry['message']}" for entry in driver.get_log("browser")]
                    if options.screenshots:
                        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
                        name = os.path.join(options.screenshots, where.replace(" ", "-") + ".png")
                        with open(name, "wb") as file:
                            file.write(base64.b64decode(shot["data"]))
        print("\n".join(driver.execute_script(ROWS)))
        count = pages(driver)
        if options.most_pages and not 1 <= count <= options.most_pages:
            findings.append(f"print: {count} pages")
    finally:
        driver.quit()
    if findings:
        sys.exit("\n".join(findings))


main()
