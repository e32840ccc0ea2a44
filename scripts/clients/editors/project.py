"""A project that editors open: one connected app that does not require PKCE, and one that is well kept."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from scratch import APPS, ROOT, connected_app  # noqa: E402

BAD = os.path.join(APPS, "Orders.connectedApp-meta.xml")
GOOD = os.path.join(APPS, "Parts.connectedApp-meta.xml")
RULE = "oauth-pkce-missing"
WRONG = "<isPkceRequired>false</isPkceRequired>"
RIGHT = "<isPkceRequired>true</isPkceRequired>"


def write(folder):
    """Writes the project; gives the paths of the two apps."""
    files = {
        "sfdx-project.json": '{"packageDirectories": [{"path": "force-app", "default": true}]}\n',
        "sflint.toml": 'kind = "org"\n',
        ".gitignore": ".sf/\n.sfdx/\n.env\n",
        BAD: connected_app("Api").replace(RIGHT, WRONG),
        GOOD: connected_app("Api", "Parts"),
    }
    for path, text in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return os.path.join(folder, BAD), os.path.join(folder, GOOD)


def fixed(folder):
    """Whether the app is as it should be, and nothing else of it has changed."""
    with open(os.path.join(folder, BAD), encoding="utf-8") as file:
        return file.read() == connected_app("Api")


def snippet(heading, language):
    """The code below a heading of docs/editors.md: what people copy is what is tried."""
    with open(os.path.join(ROOT, "docs", "editors.md"), encoding="utf-8") as file:
        section = file.read().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.search(rf"```{language}\n(.*?)```", section, re.DOTALL).group(1)
