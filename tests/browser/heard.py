"""What a screen reader would say of a page, from the browser's own accessibility tree."""

from __future__ import annotations

import re

from playwright.sync_api import Page

NAMED = {
    "button", "checkbox", "combobox", "dialog", "DisclosureTriangle", "figure", "heading", "image",
    "link", "navigation", "radio", "radiogroup", "searchbox", "slider", "textbox",
}  # fmt: skip
# Letters of icon fonts belong to no alphabet.
ICONS = re.compile("[\ue000-\uf8ff]")


def said(page: Page) -> list[tuple[str, str]]:
    """(role, name) of all that is not passed over, in reading order."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        tuple(node.get(key, {}).get("value", "") for key in ("role", "name"))
        for node in nodes
        if not node["ignored"]
    ]


def badly_named(page: Page) -> list[str]:
    """What has no name and needs one, or has a letter of an icon in it."""
    return [
        f"{role}: {name!r}"
        for role, name in said(page)
        if (role in NAMED and not name.strip()) or ICONS.search(name)
    ]
