"""Projects for formats.py: what their files are called and hold is meant to break documents, logs and links."""
import os
import subprocess

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
PLACE = "force-app/main/default"
NAMES = ["plain", "with space", "Ünïcödé 日本 😀", "50%25 off", "::error::boo", "##[error]boo", "##VSO[task.complete]",
         "semi;colon]bracket,comma", "quote'\"<&>", "esc\x1b[31m\x07", "bidi\u202etxt", "two\nlines", "not\ufffecharacters\uffff",
         "](https://example.com)", "#fragment?query=1", "dots.. and ~", "C:drive", "\\back\\slash", "`tick` *bold*"]


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def begun(root):
    os.makedirs(root)
    write(root, "sfdx-project.json", '{ "packageDirectories": [{ "path": "force-app", "default": true }] }\n')
    write(root, "sflint.toml", 'kind = "org"\n')
    environment = dict(os.environ, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    subprocess.run(["git", "init", "-q", root], check=True, env=environment)


def permission_set(name):
    text = name.replace("&", "&amp;").replace("<", "&lt;")
    text = "".join(c for c in text if c in "\t\n" or " " <= c < "\ufffe" or c > "\uffff")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<PermissionSet xmlns="{NAMESPACE}">
    <description>{text}</description>
    <label>{text}</label>
    <!-- é 😀😀 日本 --><userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>
    <userPermissions>\r
        <enabled>true</enabled><!-- 😀 --><name>ManageUsers</name>\r
    </userPermissions>
</PermissionSet>
"""


def remote_site(name):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<RemoteSiteSetting xmlns="{NAMESPACE}">
    <disableProtocolSecurity>true</disableProtocolSecurity>
    <isActive>true</isActive>
    <url>http://{name}.acme.example.com</url>
</RemoteSiteSetting>
"""


def hostile(root):
    """Names that mean something to hosts; some file systems refuse some of them, and then there are fewer."""
    begun(root)
    written = 0
    for at, name in enumerate(NAMES):
        try:
            write(root, f"{PLACE}/permissionsets/{name}.permissionset-meta.xml", permission_set(name))
            write(root, f"{PLACE}/folder {name}/remoteSiteSettings/Site{at}.remoteSite-meta.xml", remote_site(f"n{at}"))
            written += 1
        except OSError:
            continue
    write(root, f"{PLACE}/permissionsets/Broken.permissionset-meta.xml", "<PermissionSet>\n<oops>\n")
    write(root, "sflint.toml", 'kind = "org"\nexclude = ["snapshots/**"]\n')
    write(root, "snapshots/permissionsets/Old.permissionset-meta.xml", permission_set("Old"))
    # The same component in two projects: findings with the same fingerprint.
    for copy in ("one", "two"):
        write(root, f"copies/{copy}/sfdx-project.json", '{ "packageDirectories": [{ "path": "force-app" }] }\n')
        write(root, f"copies/{copy}/{PLACE}/permissionsets/Same.permissionset-meta.xml", permission_set("Same"))
    return written


def clean(root):
    begun(root)
    write(root, ".gitignore", ".env.local\nserver.key\n*.pem\n*.key\n.sf/\n.sfdx/\n")


def large(root, sites):
    """More findings than any host takes."""
    clean(root)
    for at in range(sites):
        write(root, f"{PLACE}/remoteSiteSettings/Site{at}.remoteSite-meta.xml", remote_site(f"n{at}"))
