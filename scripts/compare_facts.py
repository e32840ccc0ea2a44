#!/usr/bin/env python3
"""Compares what `sflint facts --count` says with an independent reading of the same files.

  compare_facts.py --sflint BIN --oracle oracle.py --corpus DIR [--each]
      DIR is a folder of projects. The oracle is a program with `scan DIR -o FILE` (one JSON line a file) and
      `count FILE` (name<TAB>number); it needs lxml (`pip install lxml`). --each starts sflint once for every
      sub-folder of DIR and adds up, instead of once on DIR.
  compare_facts.py --sflint BIN --expected DIR
      DIR is a generated org with the numbers that were written into it in DIR/EXPECTED.json.

sflint counts records (a component, whatever the number of its files), the oracle counts files. Where the two mean
different things by design, the oracle's facts are put into sflint's terms by a named step below; nothing is compared
with a tolerance. Each step tells what it changed.

Exit status: 0 all equal, 1 differences, 2 something is missing.
"""
import argparse
import collections
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree

ACCESS = ("Profile", "PermissionSet")
RIGHTS = {"read": "allowRead", "create": "allowCreate", "edit": "allowEdit", "delete": "allowDelete",
          "viewAll": "viewAllRecords", "modifyAll": "modifyAllRecords", "viewAllFields": "viewAllFields"}
# Leaf of a connected app -> element of `oauthConfig`.
APP_FLAGS = {"pkceRequired": "isPkceRequired", "secretOptional": "isConsumerSecretOptional",
             "secretRequiredForRefresh": "isSecretRequiredForRefreshToken",
             "secretRequiredForTokenExchange": "isSecretRequiredForTokenExchange",
             "refreshRotation": "isRefreshTokenRotationEnabled", "deviceFlow": "isDeviceFlowEnabled",
             "introspectAll": "isIntrospectAllTokens", "namedUserJwt": "isNamedUserJwtEnabled",
             "clientCredentials": "isClientCredentialEnabled", "tokenExchange": "isTokenExchangeEnabled",
             "codeCredentials": "isCodeCredentialEnabled", "codeCredentialsPostOnly": "isCodeCredentialPostOnly",
             "selfAuthorize": "isAdminApproved"}
# The metadata type's words for `ipRelaxation`, and the record's.
IP_RELAXATION = {"bypass_2factor": "bypass-2factor", "enforce_relaxrefresh": "enforce-relax-refresh"}
# Written credentials and the like: only whether they are there is compared.
APP_PRESENT = ("consumerKey", "consumerSecret", "certificate")
# Addresses: metadata type -> element in the oracle's terms -> use of the record `Endpoint`. Of the parameters of a named
# credential the oracle only says the types.
ADDRESSES = {
    "RemoteSiteSetting": {"url": "remote-site"},
    "CspTrustedSite": {"endpointUrl": "csp"},
    "CorsWhitelistOrigin": {"urlPattern": "cors"},
    "RedirectWhitelistUrl": {"url": "redirect"},
    "IframeWhiteListUrlSettings": {"iframeWhiteListUrls.url": "iframe"},
    "CustomSite": {"siteIframeWhiteListUrls.url": "iframe"},
    "NamedCredential": {"endpoint": "named-credential"},
    "AuthProvider": {"authorizeUrl": "auth-provider", "tokenUrl": "auth-provider", "userInfoUrl": "auth-provider"},
    "SamlSsoConfig": {"loginUrl": "saml", "singleLogoutUrl": "saml"},
}
# What is compared beside the address: metadata type -> element -> leaf.
ADDRESS_LEAVES = {
    "RemoteSiteSetting": {"isActive": "active", "disableProtocolSecurity": "protocolSecurityOff"},
    "CspTrustedSite": {"isActive": "active", "context": "context",
                       **{f"isApplicableTo{name}Src": name.lower() for name in
                          ("Connect", "Font", "Frame", "Img", "Media", "Style")}},
    "CustomSite": {"active": "active"},
    "NamedCredential": {"calloutStatus": "active", "protocol": "sendsCredential",
                        "generateAuthorizationHeader": "sendsCredential"},
}
ADDRESS_KINDS = {"https": "https", "http": "http", "https-localhost": "https (loopback)",
                 "http-localhost": "http (loopback)", "noscheme": "(no scheme)", "custom-scheme": "(custom scheme)"}
# Files that both sides sort by type, by the names of the Metadata API.
TYPES = ("ConnectedApp", "ExternalClientApplication", "ExtlClntAppOauthSettings", "ExtlClntAppGlobalOauthSettings",
         "ExtlClntAppOauthConfigurablePolicies", "ExtlClntAppConfigurablePolicies", "ExtlClntAppMobileSettings",
         "ExtlClntAppSamlConfigurablePolicies", "Profile", "PermissionSet", "PermissionSetGroup",
         "MutingPermissionSet", "NamedCredential", "ExternalCredential", "AuthProvider", "RemoteSiteSetting",
         "CspTrustedSite", "CorsWhitelistOrigin", "Settings", "Network", "CustomSite", "SharingRules", "CustomObject",
         "CustomField", "Certificate", "SamlSsoConfig", "ProfilePasswordPolicy", "ProfileSessionSetting",
         "TransactionSecurityPolicy", "OauthCustomScope", "CustomPermission", "IframeWhiteListUrlSettings",
         "RedirectWhitelistUrl")
# Elements of metadata types as they are written: what `sflint facts --count --kind TYPE` counts by value.
WRITTEN = {
    "SecuritySettings": [f"passwordPolicies.{leaf}" for leaf in (
        "complexity", "expiration", "lockoutInterval", "maxLoginAttempts", "minimumPasswordLifetime", "obscureSecretAnswer",
        "questionRestriction")] + [f"sessionSettings.{leaf}" for leaf in (
            "enableCSRFOnGet", "enableCSRFOnPost", "enableClickjackNonsetupSFDC", "enableClickjackNonsetupUser",
            "enableClickjackSetup", "enableContentSniffingProtection", "enableSMSIdentity", "enforceIpRangesEveryRequest",
            "forceLogoutOnSessionTimeout", "forceRelogin", "identityConfirmationOnEmailChange", "lockSessionsToDomain",
            "lockSessionsToIp", "requireHttpOnly", "sessionTimeout")] + ["enableAdminLoginAsAnyUser"],
    "ProfilePasswordPolicy": ["lockoutInterval", "maxLoginAttempts", "minimumPasswordLength", "minimumPasswordLifetime",
                              "obscure", "passwordComplexity", "passwordExpiration", "passwordHistory", "passwordQuestion"],
    "ProfileSessionSetting": ["forceLogout", "sessionPersistence", "sessionTimeout"],
    "Network": ["allowInternalUserLogin", "enableGuestChatter", "enableGuestFileAccess", "enableGuestMemberVisibility",
                "enableMemberVisibility", "selfRegistration", "status"],
    "CustomSite": ["active", "allowStandardPortalPages", "browserXssProtection", "clickjackProtectionLevel",
                   "contentSniffingProtection", "siteType"],
    "RemoteSiteSetting": ["disableProtocolSecurity", "isActive"],
    "CspTrustedSite": ["isActive", "isApplicableToConnectSrc", "isApplicableToFrameSrc"],
    "SharingRules": [],
}
# Children of sharing rules, by what grants the access.
SHARING_RULES = ("sharingCriteriaRules", "sharingGuestRules", "sharingOwnerRules", "sharingTerritoryRules")
# Settings that a policy of a profile may have: all elements that `PasswordOverride` reads.
OVERRIDES = {"ProfilePasswordPolicy": "password", "ProfileSessionSetting": "session"}
# Profiles that every org has, for those that do not say `custom` (Salesforce Help, "Standard Profiles").
STANDARD_LABELS = {"system administrator": "admin", "contract manager": "contractmanager",
                   "high volume customer portal": "highvolumeportal", "marketing user": "marketingprofile",
                   "read only": "readonly", "solution manager": "solutionmanager", "standard user": "standard",
                   "standard platform user": "standardaul"}
STANDARD_NAMES = set(STANDARD_LABELS.values()) | {
    "analytics cloud integration user", "analytics cloud security user", "chatter external user", "chatter free user",
    "chatter moderator user", "customer community user", "customer community login user",
    "customer community plus user", "customer community plus login user", "external identity user",
    "force.com - app subscription user", "force.com - free user", "gold partner user", "guest license user",
    "identity user", "minimum access - salesforce", "partner community user", "partner community login user",
    "platformportal", "salesforce api only system integrations", "silver partner user", "work.com only user"}


# Words that name an integration, and words that say that people are meant: a list of its own, for the comparison is
# about how names are taken apart and what is left out.
INTEGRATION = set("api apis bot connector connectors etl integration integrations middleware rpa svc sync webhook boomi "
                  "informatica jitterbit mulesoft workato zapier".split())
PEOPLE = set("agents manager managers operators reviewers staff team viewers".split())
EXTERNAL = re.compile(r"guest|community|partner|portal|external|authenticated website|channel account|high volume", re.I)


class Missing(Exception):
    """Something that the comparison needs is not there."""


# ---------------------------------------------------------------- sflint
def sflint(binary, arguments, cwd):
    """Standard output; nothing when sflint says that there is no metadata."""
    try:
        run = subprocess.run([binary, "facts", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Missing(f"cannot run {binary}: {error.strerror}") from error
    if run.returncode == 2 and "no Salesforce metadata" in run.stderr:
        return ""
    if run.returncode != 0:
        raise Missing(f"sflint facts {' '.join(arguments)} ended with {run.returncode}: {run.stderr.strip()}")
    return run.stdout


def counters_of(text):
    counters = collections.Counter()
    for line in text.splitlines():
        name, _, number = line.rpartition("\t")
        counters[name] += int(number)
    return counters


def run_root(folder):
    """sflint's paths start at the git work tree around the folder, else at the folder."""
    probe = folder
    while True:
        if os.path.exists(os.path.join(probe, ".git")):
            return probe
        above = os.path.dirname(probe)
        if above == probe:
            return folder
        probe = above


def sflint_facts(binary, folder, base):
    """Counters, and the files by their path below `base`."""
    counters = counters_of(sflint(binary, ["--count", folder], base))
    for kind in WRITTEN:
        some = counters_of(sflint(binary, ["--count", "--kind", kind, folder], base))
        # Files are counted once, and `Certificate.…` of a record kind is no element.
        counters += collections.Counter({f"written.{name}": number for name, number in some.items()
                                         if name.partition(".")[0] == kind})
    files = {}
    root = run_root(folder)
    for line in sflint(binary, ["--kind", "File", folder], base).splitlines():
        file = json.loads(line)
        path = os.path.relpath(os.path.join(root, file["path"]), base).replace(os.sep, "/")
        file["project"] = os.path.relpath(os.path.join(root, file["project"]), base)
        files[path] = file
    return counters, files


def neutral(counters):
    """sflint's counters under the names that the comparison uses."""
    found = collections.Counter()
    plain = re.compile(r"(.*?)( \(defaulted\))?$", re.S)
    for name, number in counters.items():
        if name.startswith("File."):
            kind = name.removeprefix("File.")
            found["bytes" if kind == "bytes" else f"files.{kind}"] += number
        elif name == "File":
            found["files"] += number
        access = re.match(r"Principal\.(Profile|PermissionSet|PermissionSetGroup)(?:\.(.*))?$", name, re.S)
        if access:
            kind, rest = access.groups()
            if rest is None:
                found[f"{kind}.records"] += number
            elif rest.startswith("userPermission.name=") and rest != "userPermission.name=(stated)":
                found[f"{kind}.perm.{rest.removeprefix('userPermission.name=')}"] += number
            elif rest.startswith("object.rights="):
                found[f"{kind}.obj.{RIGHTS[rest.removeprefix('object.rights=')]}"] += number
            elif rest == "named":
                found[f"{kind}.named"] += number
            elif rest.startswith("named.object.rights="):
                found[f"{kind}.named.obj.{RIGHTS[rest.removeprefix('named.object.rights=')]}"] += number
            elif rest.startswith("named.userPermission.name="):
                found[f"{kind}.named.perm.{rest.removeprefix('named.userPermission.name=')}"] += number
            elif rest.startswith("license="):
                value = rest.removeprefix("license=")
                absent = value in ("(unknown)", "(none)") or value.endswith(" (defaulted)")
                found[f"{kind}.license.{'<absent>' if absent else value}"] += number
            elif rest.startswith("standard="):
                value, _ = plain.match(rest.removeprefix("standard=")).groups()
                found[f"{kind}.standard.{value}"] += number
                if rest == "standard=true":
                    found[f"{kind}.custom.false"] += number
            elif rest.startswith("sessionActivated=") and kind != "Profile":
                value, defaulted = plain.match(rest.removeprefix("sessionActivated=")).groups()
                found[f"{kind}.hasActivationRequired.{'<absent>' if defaulted else value}"] += number
        if name.startswith("written."):
            neutral_written(name.removeprefix("written."), number, found)
        override = re.match(r"PasswordOverride\.(password|session)(\.setting)?$", name)
        if override:
            found[f"override.{override[1]}{'.settings' if override[2] else ''}"] += number
        ranges = re.match(r"IpAllowList\.(login|app|trusted)\.range(?:\.(defect|prefix)=(.*))?$", name)
        if ranges:
            use, leaf, value = ranges.groups()
            if leaf is None:
                found[f"{use}.ranges"] += number
            elif leaf == "defect" and value in ("unparsable", "mixed"):
                found[f"{use}.ranges.unparsable"] += number
            elif leaf == "prefix" and value == "0":
                found[f"{use}.ranges.whole"] += number
        address = re.match(r"Endpoint\.([a-z-]+)(?:\.(.*))?$", name, re.S)
        if address and address.group(1) in COMPARED_USES:
            neutral_address(address.group(1), address.group(2), number, found)
        field = re.match(r"Field\.CustomField(?:\.(.*))?$", name, re.S)
        if field:
            neutral_field(field.group(1) or "", number, found)
        app = re.match(r"OauthApp\.ConnectedApp(?:\.(.*))?$", name, re.S)
        if app:
            neutral_app(app.group(1), number, found)
    return found


# Uses whose addresses the oracle sees.
COMPARED_USES = {use for elements in ADDRESSES.values() for use in elements.values()}


def neutral_address(use, rest, number, found):
    leaf, _, value = (rest or "").partition("=")
    if leaf == "url":
        kind = value if value in ADDRESS_KINDS.values() else "(custom scheme)"
        found[f"address.{use}.url.{kind}"] += number
    elif not rest:
        found[f"address.{use}.records"] += number
    elif leaf in ("active", "protocolSecurityOff", "context", "directives", "sendsCredential", "description"):
        # A record that does not say is no more than one that has no such leaf, but for the descriptions.
        value = "<absent>" if value in ("(none)", "(unknown)") else value.removesuffix(" (defaulted)")
        if leaf == "context" and not value.isalpha() and value != "<absent>":
            # The oracle shows no word that is none of the platform's.
            value = "<text>"
        if value != "<absent>" or leaf == "description" and use in ("remote-site", "csp"):
            found[f"address.{use}.{leaf}.{value}"] += number


def neutral_written(name, number, found):
    kind, _, rest = name.partition(".")
    leaf, equals, value = rest.partition("=")
    if not rest:
        found[f"written.{kind}.records"] += number
    elif equals and leaf in WRITTEN[kind] and value not in ("(none)", "(absent)"):
        found[f"written.{name}"] += number
    elif kind == "SharingRules" and rest in SHARING_RULES:
        found[f"written.{name}"] += number


def neutral_field(rest, number, found):
    leaf, equals, value = rest.partition("=")
    if rest == "" or not equals:
        found["field.records"] += number if rest == "" else 0
        return
    silent = value in ("(unknown)", "(none)")
    value = value.removesuffix(" (defaulted)")
    if leaf in ("type", "classification", "trackHistory", "objectHistory", "objectKind", "objectVisibility"):
        found[f"field.{leaf}.{'<absent>' if silent else value}"] += number
    elif leaf == "complianceGroup" and not silent:
        found[f"field.complianceGroup.{value}"] += number
    elif leaf in ("encrypted", "sensitive", "historyTrackable"):
        found[f"field.{leaf}.{'<absent>' if silent else value}"] += number


def neutral_app(rest, number, found):
    if rest is None:
        found["app.records"] += number
        return
    leaf, equals, value = rest.partition("=")
    if not equals:
        return
    silent = value in ("(unknown)", "(none)") or value.endswith(" (defaulted)")
    if leaf in APP_FLAGS:
        if silent:
            value = "<absent>"
        elif leaf == "selfAuthorize":
            value = {"true": "false", "false": "true"}.get(value, value)
        found[f"app.{APP_FLAGS[leaf]}.{value}"] += number
    elif leaf == "scopes" and not silent:
        found[f"app.scope.{value}"] += number
    elif leaf == "ipRelaxation":
        found[f"app.ipRelaxation.{'<absent>' if silent else value}"] += number
    elif leaf == "refreshTokenMode":
        found[f"app.refresh.{'<absent>' if silent else value}"] += number
    elif leaf in APP_PRESENT and value == "(stated)":
        found[f"app.{leaf}.present"] += number
    elif leaf == "callback.url":
        found[f"app.callback.{value}"] += number


# ---------------------------------------------------------------- the oracle
def oracle_facts(oracle, folder):
    """All facts, and the oracle's own counters of them."""
    if not os.path.isfile(oracle):
        raise Missing(f"there is no oracle at {oracle}")
    if importlib.util.find_spec("lxml") is None:
        raise Missing("the oracle needs lxml: pip install lxml")
    with tempfile.TemporaryDirectory() as scratch:
        facts = os.path.join(scratch, "facts.jsonl")
        run = subprocess.run([sys.executable, oracle, "scan", folder, "--flat", "-o", facts],
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise Missing(f"oracle scan failed: {run.stderr.strip()[-500:]}")
        with open(facts, encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        run = subprocess.run([sys.executable, oracle, "count", facts], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise Missing(f"oracle count failed: {run.stderr.strip()[-500:]}")
    return records, counters_of(run.stdout)


def oracle_counted(counters):
    """The oracle's counters under the names that the comparison uses; they count files."""
    found = collections.Counter()
    for name, number in counters.items():
        if name.startswith("files."):
            found[name] += number
        for kind in ACCESS:
            if name.startswith(f"{kind}.perm."):
                found[name] += number
            right = re.match(rf"{kind}\.obj\.(\w+)\.grants$", name)
            if right:
                found[f"{kind}.obj.{right.group(1)}"] += number
        if re.match(r"(Profile\.userLicense|Profile\.custom|PermissionSet\.hasActivationRequired)\.", name):
            found[name] += number
        ranges = {"Profile.ipRanges.n": "login.ranges", "Profile.ipRanges.unparsable": "login.ranges.unparsable"}
        if name in ranges:
            found[ranges[name]] += number
        value = re.match(r"ConnectedApp\.(oauthConfig|oauthPolicy)\.(\w+)=(.*)$", name, re.S)
        if value and (value.group(2) in APP_FLAGS.values() or value.group(2) in ("scopes", "ipRelaxation")):
            found[f"{value.group(2)}={value.group(3)}"] += number
        if name.startswith("ConnectedApp.callbackKinds="):
            found[name] += number
        element = re.match(r"(\w+)\.([\w.]+?)(?:#kind)?=", name)
        if element and element.group(2) in compared_elements(element.group(1)):
            found[name] += number
    return found


def compared_elements(kind):
    return {*ADDRESSES.get(kind, ()), *ADDRESS_LEAVES.get(kind, ())}


def same_as_oracle_counted(records):
    """The same numbers from the facts: proof that the facts are read here as the oracle means them."""
    found = collections.Counter()
    for record in records:
        kind, facts = record["type"], record.get("facts") or {}
        found[f"files.{kind}"] += 1
        if kind in ACCESS:
            for permission in set(facts["userPermissions"]):
                found[f"{kind}.perm.{permission}"] += 1
            for right, number in facts["objectPermissions"].items():
                found[f"{kind}.obj.{right}"] += number
        if kind == "Profile":
            for leaf in ("userLicense", "custom"):
                found[f"Profile.{leaf}.{facts.get(leaf, '<absent>')}"] += 1
            found["login.ranges"] += len(facts["loginIpRanges"])
            found["login.ranges.unparsable"] += sum(span is None for span in facts["loginIpRanges"])
        if kind == "PermissionSet":
            found[f"PermissionSet.hasActivationRequired.{facts.get('hasActivationRequired', '<absent>')}"] += 1
        if kind == "ConnectedApp":
            for path, values in facts["values"].items():
                leaf = path.rpartition(".")[2]
                if path.startswith(("oauthConfig.", "oauthPolicy.")) and path.count(".") == 1 and (
                        leaf in APP_FLAGS.values() or leaf in ("scopes", "ipRelaxation")):
                    for value in values:
                        found[f"{leaf}={value}"] += 1
            for value in facts["values"].get("callbackKinds", ()):
                found[f"ConnectedApp.callbackKinds={value}"] += 1
        for path, values in facts.get("values", {}).items() if kind in ADDRESSES else ():
            if path.removesuffix("#kind") in compared_elements(kind):
                for value in values:
                    found[f"{kind}.{path}={value}"] += 1
    return +found


# ---------------------------------------------------------------- the steps
class Steps:
    """Puts the oracle's facts into sflint's terms, and remembers what each step changed."""

    def __init__(self, records, files, corpus):
        self.records, self.files, self.corpus = records, files, corpus
        self.told = collections.Counter()
        self.unexplained = []

    def run(self):
        self.parts_of_permission_sets()
        self.types_by_folder()
        self.folders_nobody_deploys()
        self.links()
        self.unreadable()
        return self.records

    def tell(self, step, number=1):
        self.told[step] += number

    def sharing_rules_of_their_own(self):
        """The oracle does not look at sharing rules that are files of their own; to sflint each is a part of a
        component. Files are counted by their root element."""
        found = collections.Counter()
        for folder, _, names in os.walk(self.corpus):
            for name in names:
                rules = next((rules for rules in SHARING_RULES if f".{rules[:-1]}" in name), None)
                if rules:
                    root = ElementTree.parse(os.path.join(folder, name)).getroot()
                    found[rules] += root.tag.rpartition("}")[2] == rules[0].upper() + rules[1:-1]
        self.tell("sharing rule in a file of its own", sum(found.values()))
        return found

    def parts_of_permission_sets(self):
        """The oracle calls the files of a decomposed permission set `Decomposed` and reads them as if each was a
        whole set. Files with one entry have that entry as their root: it is read here."""
        for record in self.records:
            if record["type"] != "Decomposed" or "permissionsets" not in record["path"].lower().split("/"):
                continue
            self.tell("part of a decomposed permission set")
            record["type"], record["part"] = "PermissionSet", True
            facts = record["facts"]
            if record["root"] in ("UserPermission", "ObjectPermission"):
                entry = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in
                         ElementTree.parse(os.path.join(self.corpus, record["path"])).getroot()}
                if record["root"] == "UserPermission" and entry.get("enabled") == "true":
                    facts["userPermissions"] = [entry.get("name", "")]
                if record["root"] == "ObjectPermission":
                    facts["objectPermissions"] = {right: 1 for right in RIGHTS.values() if entry.get(right) == "true"}

    def types_by_folder(self):
        """The oracle goes by the suffix. The registry of the Salesforce CLI has suffixes that several types share,
        and the folder decides: `.site` in `experiences` or `siteDotComSites` is no CustomSite. The content of a
        certificate belongs to it."""
        for record in self.records:
            folders = [folder.lower() for folder in record["path"].split("/")[:-1]]
            if record["type"] == "CustomSite":
                for folder, kind in (("experiences", "ExperienceBundle"), ("sitedotcomsites", "SiteDotCom")):
                    if folder in folders and "sites" not in folders:
                        self.tell(f".site in a folder {folder}")
                        record["type"] = kind
            if record["type"] == "CertificateBlob":
                self.tell("content of a certificate")
                record["type"] = "Certificate"

    def folders_nobody_deploys(self):
        """The oracle reads every folder but `.git`. The Salesforce CLI never deploys hidden files and folders,
        `node_modules` and `*.dup`, and sflint does not read metadata there."""
        kept = []
        for record in self.records:
            if record["type"] not in TYPES or record["path"] in self.files:
                kept.append(record)
                continue
            *folders, name = record["path"].split("/")
            why = next((f"in a folder {folder}" for folder in folders
                        if folder.startswith(".") or folder == "node_modules" or folder.endswith(".dup")), None)
            if why is None and name.startswith("."):
                why = "hidden file"
            if why is None:
                self.unexplained.append(f"{record['type']} {record['path']}: the oracle reads it, sflint does not list it")
                kept.append(record)
            else:
                self.tell(f"left out, {why}")
        self.records = kept

    def links(self):
        """sflint follows links that stay in the project, once for every path; the oracle does not follow them."""
        known = {record["path"]: record for record in self.records}
        by_real = {os.path.realpath(os.path.join(self.corpus, path)): record for path, record in known.items()}
        for path, file in self.files.items():
            if file["type"] in TYPES and path not in known:
                real = os.path.realpath(os.path.join(self.corpus, path))
                if real != os.path.join(self.corpus, path) and real in by_real:
                    self.tell("reached through a link as well")
                    self.records.append(dict(by_real[real], path=path))
                else:
                    self.unexplained.append(f"{file['type']} {path}: sflint lists it, the oracle does not")

    def unreadable(self):
        """The oracle keeps what it saw before an error, and reads any root. sflint makes no record of a file that is
        not well-formed, or whose root is not of its type; it has a Diagnostic."""
        for record in self.records:
            kind = record["type"]
            if kind == "Settings" and record["root"] == "SecuritySettings":
                continue
            if kind not in (*ACCESS, "ConnectedApp", *ADDRESSES, *WRITTEN, "CustomField", "CustomObject"):
                continue
            if not record["ok"]:
                self.tell(f"{kind} that is not well-formed, no record")
            elif record["root"] != kind and not record.get("part"):
                self.tell(f"{kind} with root <{record['root']}>, no record")
            else:
                continue
            record["silent"] = True

    def components(self, kind):
        """Files of one component of one copy of the org, for that is what sflint's record is. Which file belongs to
        which component is taken from sflint's list of files: this is the one thing that is not compared. Permissions
        and object rights do not depend on it."""
        grouped = collections.OrderedDict()
        for record in self.records:
            if record["type"] == kind and not record.get("silent"):
                file = self.files.get(record["path"], {"project": "", "copy": "", "component": record["path"]})
                name = file["component"].lower()
                name = STANDARD_LABELS.get(name, name) if kind == "Profile" else name
                if kind == "ConnectedApp":
                    # Apps are not merged: each file is one app.
                    name = record["path"]
                grouped.setdefault((file["project"], file["copy"], name), []).append(record)
        several = [parts for parts in grouped.values() if len(parts) > 1]
        if several:
            self.tell(f"{kind} files that are one component with another", sum(len(parts) - 1 for parts in several))
        return grouped


def expected_of(steps):
    """The numbers that sflint must give."""
    found = collections.Counter()
    for record in steps.records:
        if record["type"] in TYPES:
            found[f"files.{record['type']}"] += 1
    for kind in ACCESS:
        for (_, _, name), parts in steps.components(kind).items():
            found[f"{kind}.records"] += 1
            facts = [part["facts"] for part in parts]
            for one in facts:
                # The oracle counts files with a permission, sflint every entry: one that stands twice counts twice.
                permissions = one["userPermissions"]
                if len(permissions) != len(set(permissions)):
                    steps.tell(f"{kind} permission that stands twice in a file", len(permissions) - len(set(permissions)))
                for permission in permissions:
                    found[f"{kind}.perm.{permission}"] += 1
                for right, number in one["objectPermissions"].items():
                    found[f"{kind}.obj.{right}"] += number
            # `userLicense` was the permission set's name for `license` up to API 37.
            leaves = ("userLicense",) if kind == "Profile" else ("license", "userLicense")
            licenses = {one[leaf] for one in facts for leaf in leaves if one.get(leaf)}
            named(kind, parts, facts, licenses, steps.corpus, found)
            for license_name in licenses or {"<absent>"}:
                found[f"{kind}.license.{license_name}"] += 1
            if kind == "PermissionSet":
                for value in {one["hasActivationRequired"] for one in facts if one.get("hasActivationRequired")} or {"<absent>"}:
                    found[f"PermissionSet.hasActivationRequired.{value}"] += 1
            else:
                profile(name, facts, found)
    for parts in steps.components("ConnectedApp").values():
        for part in parts:
            app(part["facts"], found)
    for record in steps.records:
        if record["type"] in ADDRESSES and not record.get("silent"):
            addresses(record, steps.corpus, found)
    for record in steps.records:
        if record["type"] == "Settings" and record.get("root") == "SecuritySettings":
            found["trusted.ranges"] += len(record["facts"]["ipSpans"])
    for rules, number in steps.sharing_rules_of_their_own().items():
        found["written.SharingRules.records"] += number
        found[f"written.SharingRules.{rules}"] += number
    fields(steps, found)
    for record in steps.records:
        if record["type"] == "PermissionSetGroup":
            for value in record["facts"]["values"].get("hasActivationRequired", ["<absent>"]):
                found[f"PermissionSetGroup.hasActivationRequired.{value}"] += 1
    for record in steps.records:
        kind = record["root"] if record["type"] == "Settings" else record["type"]
        if kind in WRITTEN and record["ok"] and not record.get("silent"):
            written(kind, record, steps.corpus, found)
    return +found


def addresses(record, corpus, found):
    """The addresses of a file; what else it says holds for each of them."""
    kind, values = record["type"], record["facts"]["values"]
    uses = []
    for element, use in ADDRESSES[kind].items():
        for written in values.get(f"{element}#kind", ()):
            found[f"address.{use}.url.{ADDRESS_KINDS[written.removesuffix('+wildcard')]}"] += 1
            uses.append(use)
    if kind == "NamedCredential":
        for scheme in schemes_of_parameters(os.path.join(corpus, record["path"])):
            found[f"address.named-credential.url.{scheme}"] += 1
            uses.append("named-credential")
    for use in uses:
        found[f"address.{use}.records"] += 1
        for leaf, value in address_leaves(kind, values):
            found[f"address.{use}.{leaf}.{value}"] += 1


def schemes_of_parameters(path):
    """Read from the file, for the oracle takes the value of a parameter for a possible credential."""
    for parameter in ElementTree.parse(path).getroot():
        leaves = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in parameter}
        if leaves.get("parameterType") == "Url" and leaves.get("parameterValue"):
            scheme = re.match(r"([a-z]+)://", leaves["parameterValue"], re.I)
            yield scheme.group(1).lower() if scheme else "(no scheme)"


def address_leaves(kind, values):
    """Leaf and value, as far as the platform's documentation says something."""
    first = lambda element: next(iter(values.get(element, ())), "")
    if kind == "RemoteSiteSetting":
        yield from ((leaf, first(element)) for element, leaf in ADDRESS_LEAVES[kind].items() if first(element))
    elif kind == "CspTrustedSite":
        yield "active", first("isActive") or "true"
        if first("context"):
            yield "context", first("context")
        yield from (("directives", leaf) for element, leaf in ADDRESS_LEAVES[kind].items()
                    if element.startswith("isApplicableTo") and first(element) == "true")
    elif kind == "CustomSite":
        if first("active"):
            yield "active", first("active")
    else:
        yield "active", "false" if first("calloutStatus") == "Disabled" else "true"
    if kind in ("RemoteSiteSetting", "CspTrustedSite"):
        yield "description", "(stated)" if first("description") else "<absent>"
    if kind == "NamedCredential":
        if values.get("namedCredentialParameters.externalCredential"):
            yield "sendsCredential", "true"
        elif first("protocol"):
            sends = first("protocol") != "NoAuthentication" and first("generateAuthorizationHeader") != "false"
            yield "sendsCredential", str(sends).lower()


def written(kind, record, corpus, found):
    """What one file says, of the elements that are compared. The oracle keeps sharing rules in another form, and of words
    that it does not know only that there is a text: those are read here."""
    facts = record["facts"]
    found[f"written.{kind}.records"] += 1
    for leaf in WRITTEN[kind]:
        values = set(facts["values"].get(leaf, ())) - {""}
        if "<text>" in values:
            root = ElementTree.parse(os.path.join(corpus, record["path"])).getroot()
            values = {(element.text or "").strip() for element in root.iterfind("/".join(f"{{*}}{part}" for part in leaf.split(".")))}
        for value in values:
            found[f"written.{kind}.{leaf}={value}"] += 1
    if kind == "SharingRules":
        for rules in SHARING_RULES:
            found[f"written.{kind}.{rules}"] += facts["tags"].get(rules, 0)
    if kind in OVERRIDES:
        found[f"override.{OVERRIDES[kind]}"] += 1
        stated = [*WRITTEN[kind], *(["requiredSessionLevel"] if kind == "ProfileSessionSetting" else [])]
        found[f"override.{OVERRIDES[kind]}.settings"] += sum(any(facts["values"].get(leaf, ())) for leaf in stated)


# What says that a field is encrypted, as the Metadata API has it: Shield, Shield up to API 43, classic encryption.
ENCRYPTED = (("encryptionScheme", lambda value: value.lower() != "none"), ("encrypted", lambda value: value.lower() in ("true", "1")),
             ("type", lambda value: value == "EncryptedText"))
# Suffixes of objects that hold no records of people.
OBJECT_KINDS = {"mdt": "custom-metadata", "e": "event", "x": "external", "b": "big"}


def elements_of(node):
    """Texts of the elements directly below one, by their local names."""
    found = collections.defaultdict(list)
    for child in node:
        if isinstance(child.tag, str):
            found[child.tag.rpartition("}")[2]].append((child.text or "").strip())
    return found


def fields(steps, found):
    """Fields, in files of their own and inline in the files of objects, each with what its object says. The oracle tells
    type, classification and history of a file; groups, encryption and what stands inline are read here."""
    objects, read = {}, []
    for record in sorted(steps.records, key=lambda record: record["path"]):
        kind = record["type"]
        if kind not in ("CustomField", "CustomObject") or record.get("silent"):
            continue
        root = ElementTree.parse(os.path.join(steps.corpus, record["path"])).getroot()
        own, path = elements_of(root), record["path"].split("/")
        file = steps.files.get(record["path"], {"project": "", "copy": ""})
        place = file["project"], file["copy"]
        if kind == "CustomField":
            for leaf, value in record["facts"]["values"].items():
                if own.get(leaf, [""])[-1][:60] != value:
                    steps.unexplained.append(f"{record['path']}: the oracle reads {leaf} as {value}")
            read.append((place, path[-3] if len(path) > 2 else "", own))
            continue
        name = re.sub(r"\.object(-meta\.xml)?$", "", path[-1], flags=re.I)
        objects.setdefault((*place, name.lower()), {}).update(
            {leaf: own[leaf][0] for leaf in ("enableHistory", "customSettingsType", "visibility", "customSettingsVisibility") if own[leaf]})
        inline = [elements_of(child) for child in root if isinstance(child.tag, str) and child.tag.endswith("}fields")]
        types = collections.Counter(one["type"][0] if one["type"] else "?" for one in inline)
        if types != collections.Counter(record["facts"]["inlineFieldTypes"]):
            steps.unexplained.append(f"{record['path']}: the oracle reads other fields")
        read += [(place, name, one) for one in inline if one["fullName"]]
        steps.tell("field inline in the file of its object", len(inline))
    for place, name, own in read:
        field(own, name, objects.get((*place, name.lower())), found, steps)


def field(own, object_name, stated, found, steps):
    found["field.records"] += 1
    for leaf, element in (("type", "type"), ("classification", "securityClassification"), ("trackHistory", "trackHistory")):
        found[f"field.{leaf}.{own[element][0] if own[element] and own[element][0] else '<absent>'}"] += 1
    groups = [group.strip() for value in own["complianceGroup"] for group in value.split(";") if group.strip()]
    if "None" in groups:
        steps.tell("compliance group None, which is no group", groups.count("None"))
    groups = [group for group in groups if group != "None"]
    for group in set(groups):
        found[f"field.complianceGroup.{group}"] += 1
    encrypted = any(test(value) for element, test in ENCRYPTED for value in own[element])
    found[f"field.encrypted.{'true' if encrypted else 'false'}"] += 1
    levels = {"confidential", "restricted", "missioncritical"}
    sensitive = bool(groups) or any(value.lower() in levels for value in own["securityClassification"])
    found[f"field.sensitive.{'true' if sensitive else 'false'}"] += 1
    suffix = object_name.rpartition("__")[2].lower() if "__" in object_name else ""
    kind = OBJECT_KINDS.get(suffix, "object" if suffix != "c" else "<absent>")
    if stated is not None:
        kind = "custom-setting" if "customSettingsType" in stated else "object" if kind == "<absent>" else kind
    found[f"field.objectKind.{kind}"] += 1
    found[f"field.objectHistory.{(stated or {}).get('enableHistory', '<absent>')}"] += 1
    settings = kind in ("custom-setting", "custom-metadata")
    visibility = (stated or {}).get("visibility") or (stated or {}).get("customSettingsVisibility") or "Public"
    found[f"field.objectVisibility.{visibility if settings and stated is not None else '<absent>'}"] += 1
    never = bool(own["formula"]) or own["type"][:1] in (["Summary"], ["AutoNumber"])
    trackable = "false" if never or kind not in ("object", "<absent>") else "<absent>" if kind == "<absent>" else "true"
    found[f"field.historyTrackable.{trackable}"] += 1


def words(name):
    """The words of a name: at what is no letter, where a capital follows a small letter, and before the last of several
    capitals that a small letter follows."""
    parts = re.findall(r"[^\W\d_]+", urllib.parse.unquote(name))
    return {word.lower() for part in parts
            for word in re.findall(r"[A-Z]+s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", part)}


def named(kind, parts, facts, licenses, corpus, found):
    """What profiles and permission sets that are called integrations grant. Left out is what Salesforce or a package
    ships, and what is for guests and people outside."""
    name = re.sub(r"\.(profile|permissionset)(-meta\.xml)?$", "", parts[0]["path"].rpartition("/")[2])
    if parts[0].get("part"):
        name = parts[0]["path"].split("/")[[part.lower() for part in parts[0]["path"].split("/")].index("permissionsets") + 1]
    labels = [name]
    for part in parts:
        root = ElementTree.parse(os.path.join(corpus, part["path"])).getroot()
        labels += [child.text or "" for child in root if child.tag.rpartition("}")[2] == "label" and kind != "Profile"]
    custom = {one["custom"] for one in facts if one.get("custom")}
    standard = custom == {"false"} if custom else name.lower() in STANDARD_NAMES | set(STANDARD_LABELS)
    foreign = re.match(r"[A-Za-z]\w*?__\w", name) is not None
    if kind != "Profile":
        standard = foreign or name.startswith("sfdc_")
    if standard or any(EXTERNAL.search(one) for one in licenses):
        return
    if not any(words(label) & INTEGRATION and not words(label) & PEOPLE for label in labels):
        return
    found[f"{kind}.named"] += 1
    for one in facts:
        for permission in one["userPermissions"]:
            found[f"{kind}.named.perm.{permission}"] += 1
        for right, number in one["objectPermissions"].items():
            found[f"{kind}.named.obj.{right}"] += number


def profile(name, facts, found):
    custom = {one["custom"] for one in facts if one.get("custom")}
    standard = custom == {"false"} if custom else name in STANDARD_NAMES
    found[f"Profile.standard.{'true' if standard else 'false'}"] += 1
    found["Profile.custom.false"] += custom == {"false"}
    for one in facts:
        for span in one["loginIpRanges"]:
            found["login.ranges"] += 1
            found["login.ranges.unparsable"] += span is None
            # All of IPv4 or all of IPv6; the oracle's own counter takes 2^32 IPv6 addresses for all, too.
            found["login.ranges.whole"] += span in (2 ** 32, 2 ** 128)


def app(facts, found):
    values, secrets = facts["values"], facts["secrets"]
    found["app.records"] += 1
    for element in APP_FLAGS.values():
        for value in set(values.get(f"oauthConfig.{element}", ())) or {"<absent>"}:
            found[f"app.{element}.{value}"] += 1
    # An element that repeats counts once for each value.
    for scope in set(values.get("oauthConfig.scopes", ())):
        found[f"app.scope.{scope}"] += 1
    for value in set(values.get("oauthPolicy.ipRelaxation", ())) or {"<absent>"}:
        found[f"app.ipRelaxation.{ip_relaxation(value)}"] += 1
    capped = "true" in values.get("oauthConfig.isEnforceRefreshTokenTTL", ())
    for value in set(values.get("oauthPolicy.refreshTokenPolicy", ())) or {"<absent>"}:
        found[f"app.refresh.{refresh_mode(value, capped)}"] += 1
    for leaf in APP_PRESENT:
        path = f"oauthConfig.{leaf}"
        there = any(known != "empty" for known in secrets.get(path, ())) or any(values.get(path, ()))
        found[f"app.{leaf}.present"] += there
    kinds = {"https": "https", "http": "http", "https-localhost": "https (loopback)",
             "http-localhost": "http (loopback)", "noscheme": "(no scheme)", "custom-scheme": "(custom scheme)"}
    for kind in values.get("callbackKinds", ()):
        found[f"app.callback.{kinds[kind]}"] += 1
    found["app.ranges"] += len(facts["ipSpans"])


def ip_relaxation(value):
    return IP_RELAXATION.get(value.lower(), value.lower())


def refresh_mode(value, capped):
    """`specific_lifetime:30:DAYS` is a lifetime. With isEnforceRefreshTokenTTL an endless or longer policy behaves
    like 30 days of inactivity, which sflint reads as such."""
    if value == "<absent>":
        return value
    policy, *length = value.lower().split(":")
    if policy in ("infinite", "zero"):
        return "inactivity" if capped and policy == "infinite" else policy
    number = int(length[0]) if length and length[0].isdigit() else 0
    days = number * {"hours": 1 / 24, "months": 30}.get(length[1] if len(length) > 1 else "days", 1)
    return "inactivity" if capped and days > 30 else policy.removeprefix("specific_")


def callbacks_in_terms_of_the_oracle(found):
    """The oracle has one word for every scheme that is not http(s)."""
    for name in [name for name in found if name.startswith("app.callback.")]:
        kind = name.removeprefix("app.callback.")
        if kind not in ("http", "https", "http (loopback)", "https (loopback)", "(no scheme)", "(custom scheme)"):
            found["app.callback.(custom scheme)"] += found.pop(name)


# ---------------------------------------------------------------- the comparison
# Numbers that only one side has a meaning for.
NOT_COMPARED = re.compile(r"PermissionSetGroup\.(?!hasActivationRequired)|PermissionSet\.(standard|custom)\.|files$|bytes$")


def compare(expected, found):
    """Equal names, of them the ones that are not zero, and the differences."""
    equal, differences = [], []
    always = {f"{kind}.obj.{right}" for kind in ACCESS for right in RIGHTS.values()}
    always |= {f"{kind}.named" for kind in ACCESS} | {f"{kind}.named.obj.allowDelete" for kind in ACCESS}
    always |= {"login.ranges", "login.ranges.unparsable", "login.ranges.whole", "app.consumerSecret.present"}
    always |= {f"address.{use}.url.{kind}" for use in COMPARED_USES for kind in ("http", "https")}
    always |= {"address.remote-site.protocolSecurityOff.true", "address.remote-site.active.false",
               "address.named-credential.sendsCredential.true"}
    always |= {f"app.isPkceRequired.{value}" for value in ("true", "false", "<absent>")}
    for name in sorted(set(expected) | set(found) | always):
        if NOT_COMPARED.match(name):
            continue
        if name.startswith("files.") and name.removeprefix("files.") not in TYPES:
            continue
        if expected[name] == found[name]:
            equal.append(name)
        else:
            differences.append(f"{name}: expected {expected[name]}, sflint says {found[name]}")
    return equal, differences


def report(equal, expected, differences):
    filled = sum(expected[name] != 0 for name in equal)
    families = collections.Counter(family(name) for name in equal)
    for name, number in sorted(families.items()):
        print(f"  {number:5} equal  {name}")
    print(f"{len(equal)} predicates are equal ({filled} of them are not zero), {len(differences)} differ")
    for difference in differences:
        print(f"  differs: {difference}")


def family(name):
    for pattern in (r"files(?=\.)", r"\w+\.(named|perm|obj|license|standard|custom|hasActivationRequired)(?=\.)",
                    r"gitignore", r"address\.[\w-]+\.\w+", r"(app|field)\.\w+(?=\.)", r"written\.\w+(?=\.)", r"override(?=\.)", r"\w+\.ranges",
                    r"\w+\.records"):
        match = re.match(pattern, name)
        if match:
            return match.group()
    return name


# Paths that the oracle tries on every ignore file, alone in a repository of its own, with `git check-ignore`.
PROBES = [".env", ".env.local", ".env.production", "app/.env", ".env.example", "server.key", "assets/server.key",
          "certs/server.pem", "server.pem", "private.key", "x.p12", "x.jks", "x.crt", "x.cer", ".sfdx/a.json", ".sf/a.json",
          "node_modules/x.js", "sfdxAuthUrl.txt", "authFile.json", "auth.json"]


def gitignore_coverage(binary, records, corpus):
    """What git says of each path and each ignore file, and what sflint says: names of equal answers, and differences."""
    equal, differences = [], []
    for number, record in enumerate(record for record in records if record["type"] == "GitIgnore"):
        with tempfile.TemporaryDirectory() as scratch:
            with open(os.path.join(scratch, "sfdx-project.json"), "w", encoding="utf-8") as marker:
                marker.write("{}")
            with open(os.path.join(corpus, record["path"]), "rb") as own, open(os.path.join(scratch, ".gitignore"), "wb") as copy:
                copy.write(own.read())
            probes = [argument for probe in PROBES for argument in ("--probe", probe)]
            lines = sflint(binary, ["--kind", "Repository", *probes, "."], scratch).splitlines()
        if not lines:
            raise Missing("sflint facts tells nothing of a repository")
        for block in json.loads(lines[0])["path"]:
            probe, ignored = (block[leaf]["values"][0]["value"] for leaf in ("name", "ignored"))
            if ignored == str(probe in record["facts"]["ignores"]).lower():
                equal.append(f"gitignore.{number}.{probe}={ignored}")
            else:
                differences.append(f"ignore file {number}, {probe}: sflint says {ignored}")
    return equal, differences


def compare_corpus(arguments):
    corpus = os.path.realpath(arguments.corpus)
    if not os.path.isdir(corpus):
        raise Missing(f"there is no folder {arguments.corpus}")
    folders = [corpus]
    if arguments.each:
        folders = sorted(entry.path for entry in os.scandir(corpus) if entry.is_dir())
    counters, files = collections.Counter(), {}
    for folder in folders:
        some, listed = sflint_facts(arguments.sflint, folder, corpus)
        counters += some
        files.update(listed)
    if not files:
        raise Missing(f"sflint finds no metadata below {corpus}")
    records, own = oracle_facts(arguments.oracle, corpus)
    if not records:
        raise Missing(f"the oracle finds no metadata below {corpus}")
    wrong = {name for name in set(oracle_counted(own)) | set(same_as_oracle_counted(records))
             if oracle_counted(own)[name] != same_as_oracle_counted(records)[name]}
    wrong = {name for name in wrong if not name.startswith("files.") or name.removeprefix("files.") in TYPES}
    if wrong:
        raise Missing(f"the oracle's facts and its counters do not fit together: {', '.join(sorted(wrong)[:5])}")
    steps = Steps(records, files, corpus)
    steps.run()
    expected, found = expected_of(steps), neutral(counters)
    callbacks_in_terms_of_the_oracle(found)
    ignored = sum(not file["deployed"] for file in files.values() if file["type"] in TYPES)
    print(f"{len(files)} files, {sum(number for name, number in expected.items() if name.startswith('files.'))} of compared types, "
          f"{ignored} of them not deployed (.forceignore) and counted all the same")
    for step, number in sorted(steps.told.items()):
        print(f"  step: {number:5} x {step}")
    equal, differences = compare(expected, found)
    covered, coverage = gitignore_coverage(arguments.sflint, records, corpus)
    equal += covered
    expected.update({name: 1 for name in covered if name.endswith("=true")})
    differences += coverage
    report(equal, expected, differences + steps.unexplained)
    if len([name for name in equal if expected[name]]) + len(differences) < 25:
        raise Missing("the corpus has fewer than 25 predicates that are not zero: it proves nothing")
    return 1 if differences or steps.unexplained else 0


def compare_expected(arguments):
    folder = os.path.realpath(arguments.expected)
    stated = os.path.join(folder, "EXPECTED.json")
    if not os.path.isfile(stated):
        raise Missing(f"there is no {stated}")
    with open(stated, encoding="utf-8") as text:
        counts = json.load(text)["counts"]
    expected = collections.Counter()
    for name, number in counts.items():
        expected[expected_name(name)] += number
    found = neutral(counters_of(sflint(arguments.sflint, ["--count", folder], folder)))
    # EXPECTED.json lies in the folder and does not count itself.
    found["files"] -= 1
    found["bytes"] -= os.path.getsize(stated)
    families = re.compile(r"files$|bytes$|(Profile|PermissionSet)\.(perm|obj)\.|login\.ranges(\.whole)?$|"
                          r"app\.(scope|isPkceRequired|ipRelaxation|refresh)\.")
    equal, differences = [], []
    for name in sorted(set(expected) | {name for name in found if families.match(name) and found[name]}):
        if expected[name] == found[name]:
            equal.append(name)
        else:
            differences.append(f"{name}: written {expected[name]}, sflint says {found[name]}")
    print(f"{len(counts)} counters in EXPECTED.json")
    report(equal, expected, differences)
    return 1 if differences else 0


def expected_name(name):
    """A counter of EXPECTED.json under the name that the comparison uses."""
    renamed = {"ip_ranges": "login.ranges", "wide_ip_ranges": "login.ranges.whole"}
    if name in renamed:
        return renamed[name]
    for prefix, make in (("app.pkce.", lambda value: f"app.isPkceRequired.{value}"),
                         ("app.ip.", lambda value: f"app.ipRelaxation.{ip_relaxation(value)}"),
                         ("app.refresh.", lambda value: f"app.refresh.{refresh_mode(value, False)}")):
        if name.startswith(prefix):
            value = name.removeprefix(prefix)
            return make("<absent>" if value == "absent" else value)
    return name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sflint", required=True, metavar="BIN")
    parser.add_argument("--oracle", metavar="FILE")
    parser.add_argument("--corpus", metavar="DIR")
    parser.add_argument("--each", action="store_true", help="one run for each sub-folder of the corpus")
    parser.add_argument("--expected", metavar="DIR")
    arguments = parser.parse_args()
    arguments.sflint = os.path.abspath(arguments.sflint)
    if bool(arguments.corpus) == bool(arguments.expected) or bool(arguments.corpus) != bool(arguments.oracle):
        parser.error("either --oracle with --corpus, or --expected")
    try:
        if not os.path.isfile(arguments.sflint):
            raise Missing(f"there is no sflint at {arguments.sflint}")
        return compare_corpus(arguments) if arguments.corpus else compare_expected(arguments)
    except Missing as missing:
        print(f"compare_facts: {missing}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
