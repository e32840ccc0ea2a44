#!/usr/bin/env python3
"""A registry on this machine for the npm packages of a folder, so that npm installs them by name as users do.

  registry.py FOLDER COMMAND...

Runs the command with npm_config_registry set, and ends with its exit status. Serves FOLDER/*.tgz and nothing else: what
a package may not need is not there.
"""
import base64
import hashlib
import http.server
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.parse


def packages(folder, address):
    """What the registry says of each package, by name."""
    documents = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".tgz"):
            continue
        path = os.path.join(folder, name)
        with tarfile.open(path) as archive:
            manifest = json.load(archive.extractfile("package/package.json"))
        with open(path, "rb") as file:
            digest = base64.b64encode(hashlib.sha512(file.read()).digest()).decode()
        manifest["dist"] = {"tarball": f"{address}/-/{name}", "integrity": f"sha512-{digest}"}
        document = documents.setdefault(manifest["name"], {"name": manifest["name"], "versions": {}, "dist-tags": {}})
        document["versions"][manifest["version"]] = manifest
        document["dist-tags"]["latest"] = manifest["version"]
    return documents


class Handler(http.server.BaseHTTPRequestHandler):
    folder, documents = "", {}

    def do_GET(self):  # the name that the server looks for
        path = urllib.parse.unquote(self.path.split("?")[0]).lstrip("/")
        if path in self.documents:
            self.answer(200, json.dumps(self.documents[path]).encode(), "application/json")
        elif path.startswith("-/") and "/" not in path[2:] and os.path.isfile(os.path.join(self.folder, path[2:])):
            with open(os.path.join(self.folder, path[2:]), "rb") as file:
                self.answer(200, file.read(), "application/octet-stream")
        else:
            self.answer(404, b'{"error":"not found"}', "application/json")

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    Handler.folder = sys.argv[1]
    Handler.documents = packages(sys.argv[1], address)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "npm_config_registry": address, "npm_config_cache": cache,
                       "npm_config_audit": "false", "npm_config_fund": "false", "npm_config_update_notifier": "false"}
        return subprocess.run(sys.argv[2:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
