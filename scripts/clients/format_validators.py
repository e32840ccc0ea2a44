"""What formats.py asks about documents: each function gives the problems of one, and needs one package or none.

A function gets the folder of the tools, the path of the document and the run it is of: `root`, the folder that paths are
relative to, and `report`, the same run as `--format json`.
"""
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
import unicodedata
import urllib.parse
import urllib.request
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
MULTITOOL = "node_modules/@microsoft/sarif-multitool-linux"


def ran(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)


def loaded(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def script(tools, name):
    return os.path.join(tools, "venv", "Scripts" if os.name == "nt" else "bin", name)


# SARIF

def sarif_schema(tools, path, _run):
    """The schema that comes with the multitool; the multitool itself says nothing about a wrong enumeration."""
    result = ran(script(tools, "check-jsonschema"), "--schemafile", os.path.join(tools, MULTITOOL, "sarif-2.1.0.json"), path)
    return [] if result.returncode == 0 else [(result.stdout + result.stderr)[:2000]]


def sarif_multitool(tools, path, _run):
    """Its own rules and those of GitHub. It ends with 0 whatever it finds, so its log is read."""
    program = os.path.join(tools, MULTITOOL, "Sarif.Multitool")
    os.chmod(program, 0o755)
    # It passes over files with another suffix.
    named, log = path + ".sarif", path + ".log"
    shutil.copyfile(path, named)
    result = ran(program, "validate", "--rule-kind", "Sarif;Ghas", named, "--output", log, "--log", "ForceOverwrite")
    if result.returncode != 0 or "1 files scanned" not in result.stdout:
        return [(result.stdout + result.stderr)[:2000]]
    levels = [one.get("level", "warning") for one in loaded(log)["runs"][0].get("results", [])]
    said = [line for line in result.stdout.splitlines() if re.search(r"\b(error|warning)\b [A-Z]+\d+", line)]
    # There is no address that tells about the tool yet.
    said = [line for line in said if "SARIF2005" not in line or "informationUri" not in line]
    if "error" in levels and not said:
        said = ["errors in the log that it did not print"]
    return [line[-400:] for line in said[:5]]


def sarif_tools(tools, path, run):
    result = ran(script(tools, "sarif"), "summary", path)
    if result.returncode != 0:
        return [(result.stdout + result.stderr)[:2000]]
    counts = {level: int(number) for level, number in re.findall(r"(?m)^(error|warning|note): (\d+)", result.stdout)}
    summary = run.report["summary"]
    expected = {level: summary[level] for level in ("error", "warning", "note")}
    few = sum(expected.values()) <= 5000
    return [f"it counts {counts}"] if few and any(counts.get(level, 0) != n for level, n in expected.items()) else []


def sarif_content(_tools, path, run):
    """What no schema can know: files are there, places hold what was found, all rules that are on are listed."""
    problems = []
    result = loaded(path)["runs"][0]
    rules = result["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    if len(rules) != run.report["summary"]["rules"] or len(set(ids)) != len(ids):
        problems.append(f"{len(rules)} rules are listed, {run.report['summary']['rules']} are on")
    for rule in rules:
        properties = rule["properties"]
        texts = [rule["shortDescription"]["text"], rule["fullDescription"]["text"]]
        if not all(0 < len(text) <= 1024 for text in texts) or not 0 < len(properties["tags"]) <= 20:
            problems.append(f"{rule['id']}: a description or the tags are too long")
        if "security" in properties["tags"] and not 0.0 < float(properties["security-severity"]) <= 10.0:
            problems.append(f"{rule['id']}: no security-severity")
    found = {finding["fingerprint"]: finding for finding in run.report["findings"]}
    for one in result["results"]:
        if one["kind"] != "fail" or ids[one["ruleIndex"]] != one["ruleId"] or re.search(r"\]\((?!\d+\))", one["message"]["text"]):
            problems.append(f"{one['ruleId']}: its kind, its rule or its message is wrong")
        for location in one["locations"] + one.get("relatedLocations", []):
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            if not os.path.exists(os.path.join(run.root, urllib.parse.unquote(uri, errors="strict"))):
                problems.append(f"there is no file {uri}")
        finding = found.get(re.sub(r"-\d+$", "", one["partialFingerprints"]["sflint/v1"]))
        region = one["locations"][0]["physicalLocation"]["region"]
        uri = urllib.parse.unquote(one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        if finding and finding["end"]["offset"]:
            problems += wrong_place(run, finding, uri, "utf-16-le", region["startLine"], region["startColumn"], region["endLine"],
                                    region["endColumn"])
    left_out = len(run.report["findings"]) - len(result["results"])
    said = [one["message"]["text"] for one in result["invocations"][0]["toolExecutionNotifications"]]
    if len(result["results"]) > 5000 or left_out > 0 and not any(f"{left_out:d} more finding" in text for text in said):
        problems.append(f"{left_out} results are left out, and nothing says so")
    return problems[:10]


def wrong_place(run, finding, path, units, line, column, end_line, end_column):
    """Whether a region holds what the bytes of the finding are. Copies of a component in other projects have its fingerprint
    and other places."""
    if finding["path"] != path:
        return []
    with open(os.path.join(run.root, path), "rb") as file:
        content = file.read()
    width = 2 if units == "utf-16-le" else 1
    begins = [0] + [at + 1 for at, byte in enumerate(content) if byte == 10]

    def offset(line, column):
        begin = begins[line - 1]
        end = begins[line] if line < len(begins) else len(content)
        before = content[begin:end].decode().encode(units)[:(column - 1) * width]
        return begin + len(before.decode(units).encode())

    place = offset(line, column), offset(end_line, end_column)
    expected = finding["start"]["offset"], finding["end"]["offset"]
    return [] if place == expected else [f"{finding['rule']} in {path!r}: bytes {place}, not {expected}"]


# GitHub and Azure

def is_dangerous(character):
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs")


def log_lines(text, commands):
    """Whether a log holds commands that sflint did not mean, as the agents look for them, or raw characters."""
    problems = []
    for line in text.split("\n"):
        is_ours = any(line.startswith(command) for command in commands)
        hashes = len(re.findall(r"##(?:vso)?\[", line, re.IGNORECASE))
        if line.strip().startswith("::") and not is_ours or hashes > (1 if is_ours and line.startswith("##") else 0):
            problems.append(f"a command in {line[:200]!r}")
        if any(is_dangerous(character) for character in line):
            problems.append(f"a raw character in {line[:200]!r}")
    return problems[:10]


def annotations(host, prefix, kinds):
    def problems(tools, path, run):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        written = [line for line in text.split("\n") if line.startswith(prefix)]
        oracle = ran("node", os.path.join(HERE, "commands.mjs"), host, tools, input=json.dumps(run.report["findings"]))
        if oracle.returncode != 0:
            return [oracle.stderr[:2000]]
        expected = set(oracle.stdout.split("\n"))
        about_more = re.compile(r"\d+ more \w+ in the log of this step$")
        wrong = [line for line in written if line not in expected and not about_more.search(line)]
        found = [f"the host's library does not write {line[:300]!r}" for line in wrong[:3]]
        for kind, severities in kinds.items():
            findings = sum(run.report["summary"][severity] for severity in severities)
            shown = [line for line in written if line.startswith(kind)]
            if len(shown) != min(findings, 10) or (about_more.search(shown[-1]) if shown else None) is None and findings > 10:
                found.append(f"{len(shown)} of {findings} begin with {kind}")
        listed = len(re.findall(r"(?m)^\S.*?: (?:error|warning|note)\[[\w-]+\] ", text))
        about = len([line for line in written if about_more.search(line)])
        if len(written) - about + listed != len(run.report["findings"]):
            found.append(f"{len(written) - about} annotations and {listed} lines")
        return found
    return problems


github = annotations("github", "::", {"::error ": ["error"], "::warning ": ["warning"], "::notice ": ["note"]})
azure = annotations("azure", "##vso[", {"##vso[task.logissue type=error;": ["error"],
                                        "##vso[task.logissue type=warning;": ["warning", "note"]})


# GitLab: schemas of our own, for those of GitLab may not be copied.

TEXT = {"type": "string", "minLength": 1}
CODE_QUALITY = {"type": "array", "items": {
    "type": "object", "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": TEXT, "check_name": TEXT, "fingerprint": TEXT,
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {"type": "object", "required": ["path", "lines"], "properties": {
            "path": {"type": "string", "pattern": "^(?!\\./|/)."},
            "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}}}}}}
TOOL = {"type": "object", "required": ["id", "name", "version", "vendor"], "properties": {
    "id": TEXT, "name": TEXT, "version": TEXT, "vendor": {"type": "object", "required": ["name"], "properties": {"name": TEXT}}}}
TIME = {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$"}
SAST = {"type": "object", "required": ["version", "scan", "vulnerabilities"], "properties": {
    "version": {"const": "15.2.4"},
    "schema": {"type": "string", "pattern": "^https?://.+"},
    "scan": {"type": "object", "required": ["analyzer", "scanner", "type", "start_time", "end_time", "status"], "properties": {
        "analyzer": TOOL, "scanner": TOOL, "type": {"const": "sast"}, "start_time": TIME, "end_time": TIME,
        "status": {"enum": ["success", "failure"]},
        "messages": {"type": "array", "items": {"type": "object", "required": ["level", "value"], "properties": {
            "level": {"enum": ["info", "warn", "fatal"]}, "value": TEXT}}}}},
    "vulnerabilities": {"type": "array", "items": {"type": "object", "required": ["id", "identifiers", "location"], "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "name": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": {"type": "string", "minLength": 1, "maxLength": 1048576},
        "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
        "solution": {"type": "string", "maxLength": 7000},
        "identifiers": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["type", "name", "value"], "properties": {
                "type": TEXT, "name": TEXT, "value": TEXT, "url": {"type": "string", "pattern": "^https?://.+"}}}},
        "location": {"type": "object", "required": ["file", "start_line", "end_line"], "properties": {
            "file": TEXT, "start_line": {"type": "integer", "minimum": 1}, "end_line": {"type": "integer", "minimum": 1}}}}}}}}


def gitlab(schema, members, identity):
    def problems(tools, path, run):
        with open(path + ".schema", "w", encoding="utf-8") as file:
            json.dump(schema, file)
        result = ran(script(tools, "check-jsonschema"), "--schemafile", path + ".schema", path)
        if result.returncode != 0:
            return [(result.stdout + result.stderr)[:2000]]
        all_of_them = members(loaded(path))
        if len({one[identity] for one in all_of_them}) != len(run.report["findings"]):
            return ["findings have the same identity"]
        return []
    return problems


gitlab_code_quality = gitlab(CODE_QUALITY, lambda document: document, "fingerprint")
gitlab_sast = gitlab(SAST, lambda document: document["vulnerabilities"], "id")


# The others

def junit(tools, path, run):
    code = ("import sys, junitparser\nxml = junitparser.JUnitXml.fromfile(sys.argv[1])\n"
            "tests = [case for suite in xml for case in suite]\n"
            "kinds = [type(result).__name__ for case in tests for result in case.result]\n"
            "assert all(case.name and case.classname for case in tests), 'a test has no name'\n"
            "assert all(sum(1 for _ in suite) == suite.tests for suite in xml), 'a suite counts wrong'\n"
            "print(xml.tests, len(tests), xml.failures, kinds.count('Failure'), xml.skipped, kinds.count('Skipped'))\n")
    result = ran(script(tools, "python"), "-c", code, path)
    if result.returncode != 0:
        return [result.stderr[-2000:]]
    findings, failures = len(run.report["findings"]), run.report["summary"]["error"]
    expected = [max(findings, 1)] * 2 + [failures] * 2 + [findings - failures] * 2
    return [] if result.stdout.split() == [str(number) for number in expected] else [f"{result.stdout}, not {expected}"]


def checkstyle(_tools, path, run):
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except xml.etree.ElementTree.ParseError as error:
        return [str(error)]
    errors = root.findall("file/error")
    good = root.tag == "checkstyle" and root.get("version") and all(file.get("name") for file in root.findall("file"))
    for error in errors:
        good = good and error.get("severity") in ("error", "warning", "info") and error.get("message") and error.get("source")
        good = good and int(error.get("line")) > 0 and int(error.get("column")) > 0
    return [] if good and len(errors) == len(run.report["findings"]) else [f"{len(errors)} errors, or one lacks something"]


def rdjson(tools, path, _run):
    program = os.path.join(tools, "node_modules/@umbrelladocs/rdformat-validator/bin/rdformat-validator.js")
    result = ran("node", program, "--strict", "--no-extra-fields", path)
    return [] if result.returncode == 0 else [(result.stdout + result.stderr)[:2000]]


def rdjson_content(_tools, path, run):
    """Columns are bytes of UTF-8."""
    found = {(one["path"], one["rule"], one["start"]["line"], one["end"]["line"]): one for one in run.report["findings"]}
    problems = []
    for one in loaded(path)["diagnostics"]:
        place, (start, end) = one["location"]["path"], (one["location"]["range"][side] for side in ("start", "end"))
        finding = found.get((place, one["code"]["value"], start["line"], end["line"]))
        if finding is None:
            problems.append(f"no finding is at {place!r}:{start['line']}")
        elif finding["end"]["offset"] and os.path.exists(os.path.join(run.root, place)):
            problems += wrong_place(run, finding, place, "utf-8", start["line"], start["column"], end["line"], end["column"])
    return problems[:10]


def bitbucket(_tools, path, run):
    """Sends the document to a server that knows what is documented of the two requests."""
    problems, seen = [], set()

    def is_text(value, most):
        return isinstance(value, str) and 0 < len(value) <= most

    def wrong_report(body):
        return (not is_text(body.get("title"), 450) or not is_text(body.get("details"), 2000)
                or body.get("report_type") not in ("SECURITY", "COVERAGE", "TEST", "BUG") or len(body.get("data", [])) > 10
                or body.get("result") != ("FAILED" if run.report["summary"]["error"] else "PASSED"))

    def wrong_annotation(one):
        duplicate = one.get("external_id") in seen
        seen.add(one.get("external_id"))
        return (duplicate or not is_text(one.get("external_id"), 450) or not is_text(one.get("summary"), 450)
                or not is_text(one.get("details"), 2000) or one.get("annotation_type") not in ("VULNERABILITY", "CODE_SMELL", "BUG")
                or one.get("severity") not in ("LOW", "MEDIUM", "HIGH", "CRITICAL") or not is_text(one.get("path"), 2000)
                or not isinstance(one.get("line"), int) or one["line"] < 1)

    class Server(http.server.BaseHTTPRequestHandler):
        def answer(self, wrong):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            refused = [one for one in (body if isinstance(body, list) else [body]) if wrong(one)]
            if refused or isinstance(body, list) and len(body) > 100 or len(seen) > 1000:
                problems.append(f"{self.command} is refused: {str(refused[:1])[:500]}")
            self.send_response(200)
            self.end_headers()

        def do_PUT(self):  # the name that the module asks for
            self.answer(wrong_report)

        def do_POST(self):  # the name that the module asks for
            self.answer(wrong_annotation)

        def log_message(self, *_arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}/2.0/repositories/acme/org/commit/c0ffee/reports/sflint"
    without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def send(method, address, body):
        request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method)
        without_proxy.open(request, timeout=60).close()

    document = loaded(path)
    send("PUT", base, document["report"])
    for begin in range(0, len(document["annotations"]), 100):
        send("POST", f"{base}/annotations", document["annotations"][begin:begin + 100])
    server.shutdown()
    if len(seen) != min(len(run.report["findings"]), 1000):
        problems.append(f"{len(seen)} annotations of {len(run.report['findings'])} findings")
    return problems
