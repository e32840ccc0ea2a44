#!/usr/bin/env python3
"""Measures `sflint lsp` as an editor meets it: how long after a change the diagnostics are there, and what it keeps.

    scripts/bench_lsp.py --sflint target/release/sflint [--big ORG]

`--big` is a generated org (see docs/performance.md). Each row has a target of its own; the exit code is 1 when one is missed.
Times are of this client, which waits for an answer before it goes on; memory is the largest resident set of the server
(Linux).
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
PULLING = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {"diagnostic": {}},
    "workspace": {"diagnostics": {"refreshSupport": True}},
    "window": {"workDoneProgress": True},
}


class Client:
    """A server and the one who talks to it."""

    def __init__(self, sflint, folder, capabilities):
        self.started = time.perf_counter()
        self.process = subprocess.Popen([sflint, "lsp", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.next = 0
        folders = [{"uri": uri(folder), "name": "folder"}]
        params = {"processId": None, "rootUri": uri(folder), "workspaceFolders": folders, "capabilities": capabilities}
        self.request("initialize", params)
        self.ready = time.perf_counter() - self.started
        self.notify("initialized", {})

    def send(self, message):
        body = json.dumps(dict(message, jsonrpc="2.0")).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while True:
            line = self.process.stdout.readline().strip()
            if not line:
                break
            name, _, value = line.partition(b": ")
            if name == b"Content-Length":
                length = int(value)
        message = json.loads(self.process.stdout.read(length))
        if "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        return message

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        self.next += 1
        self.send({"id": self.next, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.next and "method" not in message:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]

    def until(self, fits):
        """Reads on until a message fits."""
        while True:
            message = self.receive()
            if fits(message):
                return message

    def open(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        document = {"uri": uri(path), "languageId": "xml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return text

    def change(self, path, version, line, start, end, text):
        change = {"range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}, "text": text}
        document = {"uri": uri(path), "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def pull(self, path):
        return self.request("textDocument/diagnostic", {"textDocument": {"uri": uri(path)}}).get("items")

    def memory(self, peak=False):
        """Resident bytes, now or at most."""
        wanted = "VmHWM:" if peak else "VmRSS:"
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(wanted))

    def end(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.stdin.close()
        if self.process.wait(timeout=20) != 0:
            raise SystemExit("the server did not end in order")


def uri(path):
    return "file://" + urllib.parse.quote(os.path.abspath(path))


def project(folder, files):
    """A project in source format."""
    files = {"sfdx-project.json": '{"packageDirectories":[{"path":"force-app","default":true}]}', **files}
    for path, text in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return folder


def profile(size):
    """A profile of about so many bytes; its first permission is one that is told."""
    out = [f'<?xml version="1.0" encoding="UTF-8"?>\n<Profile xmlns="{NAMESPACE}">\n']
    field = ("    <fieldPermissions>\n        <editable>false</editable>\n        <field>Object{0}__c.Field{1}__c</field>\n"
             "        <readable>true</readable>\n    </fieldPermissions>\n")
    written, number = 0, 0
    while written < size:
        out.append(field.format(number // 200, number))
        written += len(out[-1])
        number += 1
    out.append("    <userLicense>Salesforce</userLicense>\n    <userPermissions>\n        <enabled>true</enabled>\n"
               "        <name>ModifyAllData</name>\n    </userPermissions>\n</Profile>\n")
    return "".join(out)


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


class Rows:
    """Prints rows and remembers what was missed."""

    def __init__(self):
        self.missed = []
        print(f"{'row':52} {'measured':>16}  target")

    def row(self, name, measured, unit, limit):
        print(f"{name:52} {measured:>12.1f} {unit:3}  <= {limit:g} {unit}", flush=True)
        if measured > limit:
            self.missed.append(name)


def ready(rows, sflint, scratch):
    folder = project(os.path.join(scratch, "small"), {})
    times = []
    for _ in range(20):
        client = Client(sflint, folder, PULLING)
        times.append(client.ready * 1000)
        client.end()
    rows.row("ready in a small project, median of 20", statistics.median(times), "ms", 20)


def typing(rows, sflint, scratch, megabytes, limit):
    """Switches a permission on and off, as one types, and asks after each change."""
    path = "force-app/main/default/profiles/Big.profile-meta.xml"
    folder = project(os.path.join(scratch, f"profile{megabytes}"), {path: profile(megabytes * 1_000_000)})
    path = os.path.join(folder, path)
    client = Client(sflint, folder, PULLING)
    text = client.open(path)
    while not client.pull(path):
        time.sleep(0.05)
    lines = text.split("\n")
    line = max(number for number, one in enumerate(lines) if "<enabled>" in one)
    start = lines[line].index(">") + 1
    times, value = [], "true"
    for version in range(2, 102):
        new = "false" if value == "true" else "true"
        begun = time.perf_counter()
        client.change(path, version, line, start, start + len(value), new)
        found = client.pull(path)
        times.append((time.perf_counter() - begun) * 1000)
        value = new
        if bool(found) != (value == "true"):
            raise SystemExit(f"version {version}: {len(found)} findings with {value}")
    rows.row(f"change to diagnostics, {megabytes} MB profile, 95th percentile", percentile(times, 0.95), "ms", limit)
    client.end()


def big(rows, sflint, org):
    """Opens a profile before anything else has been read, then waits for all of it."""
    def check():
        begun = time.perf_counter()
        run = subprocess.run([sflint, "check", "--format", "json", org], stdout=subprocess.PIPE, check=False)
        return time.perf_counter() - begun, run.stdout

    plain = statistics.median(check()[0] for _ in range(3))
    report = json.loads(check()[1])
    root = os.path.normpath(os.path.join(os.getcwd(), report["run"]["root"]))
    paths = {os.path.join(root, one["path"]) for one in report["findings"] if one["rule"] == "dangerous-permission"}
    profiles = sorted((path for path in paths if ".profile" in path), key=os.path.getsize)
    path = profiles[len(profiles) // 2]
    first, complete, memory = [], [], []
    for _ in range(3):
        client = Client(sflint, org, PULLING)
        begun = time.perf_counter()
        client.open(path)
        if not client.pull(path):
            raise SystemExit("nothing is found in the profile at once")
        first.append((time.perf_counter() - begun) * 1000)
        # A run as long as this one is shown.
        client.until(lambda message: message.get("method") == "$/progress" and message["params"]["value"]["kind"] == "end")
        client.pull(path)
        complete.append(time.perf_counter() - client.started)
        memory.append(client.memory(peak=True) / 1e6)
        client.end()
    rows.row(f"big org, first finding of a {os.path.getsize(path) / 1e6:.1f} MB profile", statistics.median(first), "ms", 300)
    rows.row("big org, complete / plain check", statistics.median(complete) / plain, "x", 3)
    rows.row("big org, memory at most", max(memory), "MB", 300)


def many_edits(rows, sflint, scratch):
    """20,000 edits over 200 documents."""
    def app(number):
        return (f'<ConnectedApp xmlns="{NAMESPACE}">\n    <label>App {number}</label>\n    <oauthConfig>\n'
                "        <callbackUrl>https://a.example.com/cb</callbackUrl>\n        <isAdminApproved>true</isAdminApproved>\n"
                "        <scopes>Api</scopes>\n    </oauthConfig>\n</ConnectedApp>\n")

    paths = [f"force-app/main/default/connectedApps/App{number}.connectedApp-meta.xml" for number in range(200)]
    folder = project(os.path.join(scratch, "many"), {path: app(number) for number, path in enumerate(paths)})
    client = Client(sflint, folder, PULLING)
    chance = random.Random(1)
    state = {}
    for path in paths:
        path = os.path.join(folder, path)
        client.open(path)
        state[path] = [1, "true"]
    early = 0
    begun = time.perf_counter()
    for number in range(1, 20_001):
        path = chance.choice(list(state))
        version, value = state[path]
        new = "false" if value == "true" else "true"
        client.change(path, version + 1, 4, 25, 25 + len(value), new)
        state[path] = [version + 1, new]
        if number % 10 == 0:
            client.pull(path)
        if number == 1000:
            early = client.memory()
    client.pull(path)
    late = client.memory()
    print(f"20,000 edits took {time.perf_counter() - begun:.1f} s")
    rows.row(f"20,000 edits: {late / 1e6:.1f} MB, of what it was after 1,000", late / early * 100, "%", 110)
    client.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sflint", required=True, metavar="BIN")
    parser.add_argument("--big", metavar="DIR", help="a generated org")
    arguments = parser.parse_args()
    sflint = os.path.abspath(arguments.sflint)
    rows = Rows()
    with tempfile.TemporaryDirectory() as scratch:
        ready(rows, sflint, scratch)
        typing(rows, sflint, scratch, 1, 50)
        typing(rows, sflint, scratch, 4, 150)
        if arguments.big:
            big(rows, sflint, os.path.realpath(arguments.big))
        many_edits(rows, sflint, scratch)
    for name in rows.missed:
        print(f"missed: {name}")
    return 1 if rows.missed else 0


if __name__ == "__main__":
    sys.exit(main())
