"""How an example that does not run is read: by the tool itself where it can be installed, else by a grammar of it.

Each parser takes the code of a block and raises ValueError, or an error of the library it asks, where it is not
well-formed. YAML that is a workflow, a Compose file, an OpenAPI document or a Kubernetes object must be a valid one.
"""

import configparser
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import check_jsonschema
import crossplane
import graphql
import hcl2
import jsonschema
import kubernetes_validate
import openapi_spec_validator
import pglast
import sqlglot
import tree_sitter
import tree_sitter_c
import tree_sitter_c_sharp
import tree_sitter_css
import tree_sitter_go
import tree_sitter_html
import tree_sitter_java
import tree_sitter_javascript
import tree_sitter_php
import tree_sitter_ruby
import tree_sitter_rust
import tree_sitter_typescript
import yaml
from lxml import etree

PROGRAMS = Path(sys.executable).parent
KUBERNETES = "1.37"
LINE_OF_REQUEST = re.compile(r"[A-Z]+ \S+(?: HTTP/\d(?:\.\d)?)?")
LINE_OF_STATUS = re.compile(r"HTTP/\d(?:\.\d)? [1-5]\d\d(?: .*)?")
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:.*|[ \t]+\S.*")
UNQUOTED = "SC1091,SC2034,SC2148,SC2154"
"""What shellcheck must let pass in a piece of a script: sources elsewhere, variables from elsewhere, no shebang."""

Parser = Callable[[str], object]


def parse_python(code: str) -> None:
    """Compile Python that is not meant to run."""
    compile(code, "example.py", "exec", dont_inherit=True)


def parse_ini(code: str) -> None:
    """Read an ini file or a unit of systemd, in which a key may come twice."""
    configparser.RawConfigParser(strict=False, allow_no_value=True, delimiters=("=",)).read_string(code)


def parse_xml(code: str) -> None:
    """Read XML without looking up the entities that it declares."""
    etree.fromstring(code.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


def parse_yaml(code: str) -> None:
    """Read every document of a YAML stream, and hold those of a known form to the schema of that form."""
    for document in yaml.safe_load_all(code):
        if isinstance(document, dict):
            check_form(document)


def check_form(document: dict[Any, Any]) -> None:
    """Hold a document to the schema that its keys tell of; others are free."""
    if "openapi" in document:
        openapi_spec_validator.validate(document)
    elif "apiVersion" in document and "kind" in document:
        kubernetes_validate.validate(document, KUBERNETES, strict=True)
    elif "jobs" in document and True in document:  # YAML 1.1 reads the key `on` as true
        known = {("on" if key is True else key): value for key, value in document.items()}
        jsonschema.validate(known, read_schema("github-workflows"))
    elif "services" in document and isinstance(document["services"], dict):
        jsonschema.validate(document, read_schema("compose-spec"))


@cache
def read_schema(name: str) -> Any:
    """Return a schema that check-jsonschema brings along."""
    return json.loads((files(check_jsonschema) / "builtin_schemas" / "vendor" / f"{name}.json").read_text())


def ask(program: str, *options: str, code: str) -> None:
    """Let a program read code from its standard input; raise ValueError with what it says against it."""
    check = subprocess.run(
        [program, *options], input=code, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if check.returncode:
        raise ValueError(check.stdout)


def parse_shell(code: str) -> None:
    """Let bash and shellcheck read a script without running it."""
    ask("bash", "-n", code=code)
    ask(str(PROGRAMS / "shellcheck"), "--shell=bash", "--severity=warning", f"--exclude={UNQUOTED}", "-", code=code)


def parse_dockerfile(code: str) -> None:
    """Let hadolint read a Dockerfile."""
    ask(str(PROGRAMS / "hadolint"), "--no-color", "--failure-threshold=error", "-", code=code)


def parse_nginx(code: str) -> None:
    """Read a configuration of nginx, or a part of one; every directive has the arguments that it takes."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(code)
        file.flush()
        found = crossplane.parse(file.name, single=True, strict=True, check_ctx=False)
    if found["errors"]:
        raise ValueError("; ".join(problem["error"] for problem in found["errors"]))


def parse_proto(code: str) -> None:
    """Let the compiler of protocol buffers read a file."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "example.proto").write_text(code, encoding="utf-8")
        ask(
            sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", f"--descriptor_set_out={folder}/out",
            "example.proto", code="",
        )  # fmt: skip


def parse_http(code: str) -> None:
    """Read the first line and the headers of messages; what follows an empty line is a body or the next message."""
    within_headers = False
    for number, line in enumerate(code.split("\n"), start=1):
        starts = LINE_OF_REQUEST.fullmatch(line) or LINE_OF_STATUS.fullmatch(line)
        if number == 1 and not starts:
            raise ValueError(f"this starts no message: {line!r}")
        if starts:
            within_headers = True
        elif not line.strip():
            within_headers = False
        elif within_headers and not HEADER.fullmatch(line):
            raise ValueError(f"line {number} is no header: {line!r}")


def parse_mysql(code: str) -> None:
    """Read SQL in the dialect of MySQL."""
    sqlglot.parse(code, dialect="mysql")


def parse_sqlite(code: str) -> None:
    """Read SQL in the dialect of SQLite."""
    sqlglot.parse(code, dialect="sqlite")


def grammar(language: object, prefix: str = "") -> Parser:
    """Return a parser that reads code, after a prefix, by a grammar of tree-sitter."""
    known = tree_sitter.Language(language)

    def parse(code: str) -> None:
        root = tree_sitter.Parser(known).parse((prefix + code).encode()).root_node
        if root.has_error:
            raise ValueError(f"not well-formed near {find_error(root)}")

    return parse


def find_error(node: tree_sitter.Node) -> str:
    """Return the place of the innermost node that holds a fault."""
    for child in node.children:
        if child.has_error:
            return find_error(child)
    return f"line {node.start_point[0] + 1}: {(node.text or b'').decode()[:60]!r}"


PARSERS: dict[str, Parser] = {
    "bash": parse_shell,
    "c": grammar(tree_sitter_c.language()),
    "csharp": grammar(tree_sitter_c_sharp.language()),
    "css": grammar(tree_sitter_css.language()),
    "dockerfile": parse_dockerfile,
    "go": grammar(tree_sitter_go.language()),
    "graphql": graphql.parse,
    "hcl": hcl2.loads,
    "html": grammar(tree_sitter_html.language()),
    "http": parse_http,
    "ini": parse_ini,
    "java": grammar(tree_sitter_java.language()),
    "javascript": grammar(tree_sitter_javascript.language()),
    "json": json.loads,
    "nginx": parse_nginx,
    "php": grammar(tree_sitter_php.language_php_only()),
    "proto": parse_proto,
    "python": parse_python,
    "ruby": grammar(tree_sitter_ruby.language()),
    "rust": grammar(tree_sitter_rust.language()),
    "sh": parse_shell,
    "shell": parse_shell,
    "sql": pglast.parse_sql,
    "sql mysql": parse_mysql,
    "sql sqlite": parse_sqlite,
    "toml": tomllib.loads,
    "typescript": grammar(tree_sitter_typescript.language_typescript()),
    "xml": parse_xml,
    "yaml": parse_yaml,
}
"""By language, or by language and dialect where the first flag of a block names one."""
