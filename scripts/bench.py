#!/usr/bin/env python3
"""Measures sflint against `true` and `xmllint --noout`, and fails when a target is missed.

  bench.py --sflint BIN [--corpus DIR] [--big DIR | --make-big make_big.py] [--runs N]

Times are CPU times (user + system) of whole processes, for a busy machine stretches the clock and not the work; the
clock is shown as well. Both sides of a row run in turns, one warm-up and then N (at least 5) measured runs; the median
counts, and only ratios of one row compare. Every row tells how many findings it gave: a run without findings proves
nothing and ends with an error. --make-big is a program with `gen DIR` that writes an org of 1.2 GB into a new folder.

xmllint is in the package libxml2-utils. It checks that files are well-formed and does nothing else.

Exit status: 0 all targets met, 1 a target is missed, 2 something is missing.
"""
import argparse
import glob
import json
import os
import random
import shutil
import statistics
import string
import subprocess
import sys
import tempfile

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
# Metadata types that sflint opens with the rules of the default preset.
READ_TYPES = ("Profile", "PermissionSet", "MutingPermissionSet", "PermissionSetGroup", "ConnectedApp", "Settings",
              "CustomSite", "SamlSsoConfig", "Certificate", "ExternalClientApplication")
FILES_AT_ONCE = 1000
SMALL_PROCESSES = 20


class Missing(Exception):
    """Something that a row needs is not there."""


# ---------------------------------------------------------------- generated input
def connected_app():
    """A project with one connected app that breaks several rules."""
    app = f"""<?xml version="1.0" encoding="UTF-8"?>
<ConnectedApp xmlns="{NAMESPACE}">
    <contactEmail>admin@example.com</contactEmail>
    <label>Bench</label>
    <oauthConfig>
        <callbackUrl>http://app.example.com/callback</callbackUrl>
        <isAdminApproved>false</isAdminApproved>
        <isPkceRequired>false</isPkceRequired>
        <scopes>Full</scopes>
        <scopes>RefreshToken</scopes>
    </oauthConfig>
    <oauthPolicy>
        <ipRelaxation>BYPASS</ipRelaxation>
        <refreshTokenPolicy>infinite</refreshTokenPolicy>
    </oauthPolicy>
</ConnectedApp>
"""
    return "connectedApps/Bench.connectedApp-meta.xml", app


def profile(size):
    """A profile of about `size` bytes, in the proportions of large real ones: most of it field permissions."""
    blocks, written = [], 0

    def add(element, *children):
        nonlocal written
        block = f"    <{element}>\n" + "".join(f"        <{tag}>{text}</{tag}>\n" for tag, text in children) + f"    </{element}>\n"
        blocks.append((element, block))
        written += len(block)

    for permission in ("ApiEnabled", "ModifyAllData", "ManageUsers", "ViewAllData", "AuthorApex"):
        add("userPermissions", ("enabled", "true"), ("name", permission))
    add("loginIpRanges", ("endAddress", "255.255.255.255"), ("startAddress", "0.0.0.0"))
    number = 0
    while written < size:
        number += 1
        add("fieldPermissions", ("editable", "false" if number % 3 else "true"),
            ("field", f"Invoice_{number // 40}__c.Amount_{number}__c"), ("readable", "true"))
        if number % 8 == 0:
            add("classAccesses", ("apexClass", f"InvoiceService{number}"), ("enabled", "true" if number % 16 else "false"))
        if number % 12 == 0:
            add("layoutAssignments", ("layout", f"Invoice_{number}__c-Invoice Layout"))
        if number % 40 == 0:
            add("objectPermissions", ("allowCreate", "true"), ("allowDelete", "false"), ("allowEdit", "true"),
                ("allowRead", "true"), ("modifyAllRecords", "true" if number % 400 == 0 else "false"),
                ("object", f"Invoice_{number // 40}__c"), ("viewAllRecords", "false"))
    # The platform writes elements in the order of their names.
    body = "".join(block for _, block in sorted(blocks, key=lambda block: block[0]))
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<Profile xmlns="{NAMESPACE}">\n'
    return "profiles/Bench.profile-meta.xml", f"{head}{body}    <userLicense>Salesforce</userLicense>\n</Profile>\n"


def project(folder, *files):
    """Writes a project with these files; returns their paths."""
    paths = []
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "sfdx-project.json"), "w", encoding="utf-8") as out:
        out.write('{"packageDirectories": [{"path": "force-app", "default": true}], "sourceApiVersion": "63.0"}\n')
    for path, text in files:
        path = os.path.join(folder, "force-app", "main", "default", path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        paths.append(path)
    return paths


# ---------------------------------------------------------------- measuring
class Cost:
    """What processes cost: CPU and clock in seconds, the largest resident set in bytes."""

    def __init__(self, cpu=0.0, wall=0.0, memory=0):
        self.cpu, self.wall, self.memory = cpu, wall, memory

    def __add__(self, other):
        return Cost(self.cpu + other.cpu, self.wall + other.wall, max(self.memory, other.memory))


# Starts processes for the bench. A process inherits the peak memory of the one that started it, so that one is small
# and stays so: it reads one command a line and answers with what the command cost.
LAUNCHER = """
import json, os, sys, time
for line in sys.stdin:
    command, output = json.loads(line)
    files = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
    for number, path in ((1, output), (2, output + ".err")):
        files.append((os.POSIX_SPAWN_OPEN, number, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=files)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps([code, usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024]), flush=True)
"""


# Rules about ten different kinds, so that the same is read as for all rules: texts of metadata and of code, credentials,
# whatever is unreadable, objects, fields with their classification, Apex, ignore files, elements, environment files.
TEN_RULES = ("session-id-in-metadata", "salesforce-access-token", "unreadable-file", "integration-deletes",
             "guest-reads-classified-field", "guest-apex-without-sharing", "gitignore-misses-used-secret",
             "insecure-login-url", "unknown-element", "tracked-env-file")


class Launcher:
    """Runs programs, given by their absolute paths."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-I", "-S", "-c", LAUNCHER], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def run(self, command, output, allowed):
        """One process, its standard output in the file `output`."""
        self.process.stdin.write(json.dumps([command, output]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise Missing(f"cannot run {command[0]}")
        code, cpu, wall, memory = json.loads(answer)
        if code not in allowed:
            with open(output + ".err", encoding="utf-8", errors="replace") as err:
                raise Missing(f"{command[0]} ended with {code}: {err.read(500).strip()}")
        return Cost(cpu, wall, memory)

    def close(self):
        """Ends the launcher."""
        self.process.stdin.close()
        self.process.wait()


class Bench:
    """Runs rows and keeps their results."""

    def __init__(self, sflint, runs, scratch, run):
        self.sflint, self.runs, self.scratch, self.run = sflint, runs, scratch, run
        self.linter = shutil.which("xmllint")
        if self.linter is None:
            raise Missing("there is no xmllint (package libxml2-utils)")
        self.missed = []
        print(f"{'row':34} {'findings':>8} {'sflint CPU':>12} {'other CPU':>12} {'ratio':>6} "
              f"{'sflint clock':>13} {'other clock':>12} {'memory':>9}  target")

    def check(self, folder, times=1):
        cost = Cost()
        for _ in range(times):
            cost += self.run([self.sflint, "check", "--format", "json", folder], os.path.join(self.scratch, "out"), (0, 1))
        return cost

    def since(self, folder):
        """What the work tree has and its branch main has not."""
        command = [self.sflint, "check", "--format", "json", "--since", "main", folder]
        return self.run(command, os.path.join(self.scratch, "out"), (0, 1))

    def history(self, folder):
        """Every credential that was ever committed."""
        command = [shutil.which("env"), "-C", folder, self.sflint, "history", "--format", "json"]
        return self.run(command, os.path.join(self.scratch, "out"), (0, 1))

    def pickaxe(self, folder):
        """The commits that brought or took one word, the way that git has for it."""
        command = [shutil.which("git"), "-C", folder, "log", "-p", "--all", "-S", "SF_PASSWORD"]
        return self.run(command, os.path.join(self.scratch, "other"), (0,))

    def plain(self, folder):
        """The same project on its own."""
        return self.run([self.sflint, "check", "--format", "json", folder], os.path.join(self.scratch, "other"), (0, 1))

    def ten_rules(self, folder):
        """The same with few rules, which have the same files read."""
        command = [self.sflint, "check", "--format", "json", "--select", ",".join(TEN_RULES), folder]
        return self.run(command, os.path.join(self.scratch, "other"), (0, 1))

    def report(self):
        """What the last run said."""
        with open(os.path.join(self.scratch, "out"), encoding="utf-8") as text:
            return json.load(text)

    def findings(self):
        return len(self.report()["findings"])

    def sets_to_change(self, folder, report):
        """Two permission sets about which something is said: one that leads nobody to more rights, and one whose holders
        may raise their own, for which everybody else's rights have to be read."""
        paths = [finding["path"] for finding in report["findings"] if ".permissionset" in finding["path"]]
        whole = report["summary"]["filesRead"]

        def first(candidates, reads_all):
            for path in candidates:
                self.check(path)
                again = self.report()
                if again["findings"] and (again["summary"]["filesRead"] > whole / 2) == reads_all:
                    return path
            raise Missing("the big org lacks a permission set with findings of one of the two kinds")

        found = [os.path.join(base, name) for base, _, names in os.walk(folder) for name in names if ".permissionset" in name]
        # Sets about which much is said hold much, and the other way round.
        by_findings = sorted(found, key=lambda path: (-paths.count(os.path.relpath(path, folder)), path))
        return first(reversed(by_findings), False), first(by_findings, True)

    def xmllint(self, files):
        cost = Cost()
        for at in range(0, len(files), FILES_AT_ONCE):
            # A corpus may hold files that are not well-formed (1 and 3 to 6 are its words for it).
            cost += self.run([self.linter, "--noout", *files[at:at + FILES_AT_ONCE]], os.path.join(self.scratch, "other"),
                        (0, 1, 3, 4, 5, 6))
        return cost

    def row(self, name, ours, other, judge, times=1, judged="cpu"):
        """Both sides in turns; `judge` gives the target in words, and whether it is met, by CPU or by the clock ("wall")."""
        ours()
        findings = self.findings()
        if findings == 0:
            raise Missing(f"{name}: no findings, the row would prove nothing")
        other()
        a, b = [], []
        for _ in range(self.runs):
            a.append(ours())
            b.append(other())
        median = lambda costs, what: statistics.median(getattr(cost, what) for cost in costs) / times
        ours_cpu, other_cpu = median(a, "cpu"), median(b, "cpu")
        memory = max(cost.memory for cost in a)
        words, met = judge(median(a, judged), median(b, judged), memory)
        if not met:
            self.missed.append(name)
        print(f"{name:34} {findings:8} {ours_cpu * 1000:9.2f} ms {other_cpu * 1000:9.2f} ms {ours_cpu / other_cpu:6.2f} "
              f"{median(a, 'wall') * 1000:10.2f} ms {median(b, 'wall') * 1000:9.2f} ms {memory / 1e6:6.1f} MB  "
              f"{words}{'' if met else '  MISSED'}", flush=True)


def at_most(ratio, megabytes=None):
    """The judge of rows against xmllint."""
    words = f"<= {ratio}" + (f", <= {megabytes} MB" if megabytes else "")
    return lambda ours, other, memory: (
        words, ours <= ratio * other and (megabytes is None or memory <= megabytes * 1e6))


def start_up(ours, other, _memory):
    """Four processes that do nothing, and three milliseconds."""
    return "<= 4 x true + 3 ms", ours <= 4 * other + 0.003


def in_a_hook(ours, other, _memory):
    """What a person before a commit does not notice: the walk, the small files, and the one that changed."""
    return "<= 4 x true + 15 ms", ours <= 4 * other + 0.015


def read_files(sflint, folder):
    """The XML files that sflint opens below a folder."""
    listing = subprocess.run([sflint, "facts", "--kind", "File", "."], cwd=folder, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        raise Missing(f"sflint facts in {folder}: {listing.stderr.strip()}")
    root = folder
    while not os.path.exists(os.path.join(root, ".git")) and os.path.dirname(root) != root:
        root = os.path.dirname(root)
    if not os.path.exists(os.path.join(root, ".git")):
        root = folder
    files = []
    for line in listing.stdout.splitlines():
        file = json.loads(line)
        kind = file["type"] or ""
        if (kind in READ_TYPES or kind.startswith("ExtlClntApp")) and not file["path"].endswith(".crt"):
            files.append(os.path.join(root, file["path"]))
    if not files:
        raise Missing(f"there is no metadata below {folder}")
    return files


def size_of(files):
    return f"{len(files)} files, {sum(os.path.getsize(file) for file in files) / 1e6:.1f} MB"


def generate_big(program, scratch):
    """The big org, into the scratch folder; tells what is missing."""
    if not os.path.isfile(program):
        raise Missing(f"there is no {program}")
    free = shutil.disk_usage(scratch).free
    if free < 3e9:
        raise Missing(f"{scratch} has {free / 1e9:.1f} GB free, the big org takes 1.3 GB (set TMPDIR)")
    folder = os.path.join(scratch, "big")
    made = subprocess.run([sys.executable, program, "gen", folder], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Missing(f"{program} failed: {made.stderr.strip()[-500:]}")
    return folder


def bench(arguments, scratch, run):
    true = shutil.which("true")
    if true is None:
        raise Missing("there is no program `true`")
    rows = Bench(arguments.sflint, arguments.runs, scratch, run)
    small, one = os.path.join(scratch, "small"), os.path.join(scratch, "profile")
    project(small, connected_app())
    files = project(one, profile(5_000_000))

    def do_nothing():
        cost = Cost()
        for _ in range(SMALL_PROCESSES):
            cost += run([true], os.path.join(scratch, "other"), (0,))
        return cost

    rows.row("one connected app / true", lambda: rows.check(small, SMALL_PROCESSES), do_nothing, start_up, SMALL_PROCESSES)
    rows.row(f"one profile of {os.path.getsize(files[0]) / 1e6:.1f} MB / xmllint", lambda: rows.check(one),
             lambda: rows.xmllint(files), at_most(0.5, 60))
    if arguments.corpus:
        folder = os.path.realpath(arguments.corpus)
        some = read_files(arguments.sflint, folder)
        rows.row("corpus / xmllint", lambda: rows.check(folder), lambda: rows.xmllint(some),
                 lambda ours, other, memory: (f"none ({size_of(some)})", True))
        rows.row("corpus, all rules / ten rules", lambda: rows.check(folder), lambda: rows.ten_rules(folder), at_most(1.15))
    if arguments.big or arguments.make_big:
        folder = os.path.realpath(arguments.big or generate_big(arguments.make_big, scratch))
        many = read_files(arguments.sflint, folder)
        rows.row("big org / xmllint", lambda: rows.check(folder), lambda: rows.xmllint(many), at_most(0.5, 60))
        print(f"big org: {size_of(many)}")
        ordinary, powerful = rows.sets_to_change(folder, rows.report())
        rows.row("one set of the big org / true", lambda: rows.check(ordinary, SMALL_PROCESSES), do_nothing, in_a_hook,
                 SMALL_PROCESSES)
        print(f"one set: {size_of([ordinary])}; {rows.report()['summary']['filesRead']} files read of {len(many)}")
        rows.row("one that raises rights / true", lambda: rows.check(powerful, SMALL_PROCESSES), do_nothing,
                 lambda ours, other, memory: ("none", True), SMALL_PROCESSES)
        print(f"one that raises rights: {rows.report()['summary']['filesRead']} files read of {len(many)}")
        repository = with_history(folder, scratch)
        rows.row("big org, --since main / check", lambda: rows.since(repository), lambda: rows.plain(repository),
                 at_most(2.2, 120))
    commits = long_history(scratch)
    rows.row("10,000 commits / git log -S", lambda: rows.history(commits), lambda: rows.pickaxe(commits),
             lambda ours, other, memory: ("<= 1.0 by the clock", ours <= 1.0 * other), judged="wall")
    floor = run([true], os.path.join(scratch, "other"), (0,)).memory
    print(f"memory is the largest resident set of all runs; the measuring program itself sets a floor of {floor / 1e6:.1f} MB")
    for name in rows.missed:
        print(f"missed: {name}")
    return 1 if rows.missed else 0


def with_history(folder, scratch):
    """A copy of a project as a git repository whose work tree has one permission more than its branch main."""
    copy = os.path.join(scratch, "history")
    # Hard links: what is changed is written anew, not in place.
    shutil.copytree(folder, copy, copy_function=os.link, ignore=shutil.ignore_patterns(".git"))
    quiet = dict(os.environ, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "core.compression=1")
    for step in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "The org")):
        subprocess.run(["git", *identity, *step], cwd=copy, env=quiet, check=True)
    profiles = sorted(glob.glob(os.path.join(copy, "**", "profiles", "*.profile-meta.xml"), recursive=True))
    with open(profiles[0], encoding="utf-8") as file:
        text = file.read()
    os.unlink(profiles[0])
    more = "<userPermissions><enabled>true</enabled><name>ManageSharing</name></userPermissions></Profile>"
    with open(profiles[0], "w", encoding="utf-8") as file:
        file.write(text.replace("</Profile>", more))
    return copy


def long_history(scratch, commits=10_000):
    """A repository in which each commit changes a few lines in a few of three hundred files; some bring a credential."""
    folder = os.path.join(scratch, "commits")
    os.makedirs(folder)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    importing = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE)
    chance = random.Random(1)

    def word():
        return chance.choice(["Account", "Order", "Invoice", "Case", "Contact", "Lead"]) + str(chance.randrange(900))

    def field():
        return ("    <fieldPermissions>\n        <editable>false</editable>\n"
                f"        <field>{word()}__c.{word()}__c</field>\n        <readable>true</readable>\n    </fieldPermissions>\n")

    # Path, beginning, what the lines in between are made by, and end.
    kinds = (
        ("force-app/main/default/permissionsets/Set_{}.permissionset-meta.xml",
         f'<PermissionSet xmlns="{NAMESPACE}">\n', field, "    <label>Set</label>\n</PermissionSet>\n"),
        ("force-app/main/default/classes/Class{}.cls", "public with sharing class A {\n    public void run(String token) {\n",
         lambda: f"        {word()} one = [SELECT Id, Name FROM {word()} WHERE Token__c = :token LIMIT 1];\n", "    }\n}\n"),
        ("scripts/job{}.sh", "#!/bin/sh\n",
         lambda: f"export {word().upper()}_URL=https://{word().lower()}.example.com/{chance.random()}\n", ""),
    )
    files = {}
    out = importing.stdin
    for number in range(commits):
        message = f"Change {number}".encode()
        out.write(b"commit refs/heads/main\ncommitter bench <bench@example.com> %d +0000\ndata %d\n%s\n"
                  % (1_500_000_000 + number * 3600, len(message), message))
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(300)
            path, head, make, end = kinds[at % 3]
            if at not in files:
                files[at] = [make() for _ in range(chance.randrange(20, 200))]
            lines = files[at]
            for _ in range(chance.randrange(1, 6)):
                lines[chance.randrange(len(lines))] = make()
            more = ""
            if number % 500 == 250 and path.startswith("scripts/"):
                made_up = "".join(chance.choice(string.ascii_letters + string.digits) for _ in range(24))
                more = f"SF_PASSWORD={made_up}\n"
            text = (head + "".join(lines) + more + end).encode()
            out.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.format(at).encode(), len(text), text))
    out.close()
    if importing.wait() != 0:
        raise Missing("git fast-import failed")
    # As a clone has it.
    subprocess.run(["git", "repack", "-a", "-d", "-q"], cwd=folder, check=True)
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sflint", required=True, metavar="BIN")
    parser.add_argument("--corpus", metavar="DIR", help="a folder of real projects")
    parser.add_argument("--big", metavar="DIR", help="a generated org")
    parser.add_argument("--make-big", metavar="FILE", help="the program that generates it")
    parser.add_argument("--runs", type=int, default=5, help="measured runs a side, at least 5")
    arguments = parser.parse_args()
    arguments.sflint = os.path.abspath(arguments.sflint)
    if arguments.runs < 5:
        parser.error("--runs: the median of fewer than 5 runs says little")
    try:
        for wanted, there in ((arguments.sflint, os.path.isfile), (arguments.corpus, os.path.isdir), (arguments.big, os.path.isdir)):
            if wanted and not there(wanted):
                raise Missing(f"there is no {wanted}")
        launcher = Launcher()
        try:
            with tempfile.TemporaryDirectory() as scratch:
                return bench(arguments, scratch, launcher.run)
        finally:
            launcher.close()
    except Missing as missing:
        print(f"bench: {missing}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
