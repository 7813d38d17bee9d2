"""The finder of examples and its table, on a small text."""

from pathlib import Path

import pytest

from tests.support.examples import Treatment, content_examples, find_examples, parser_of, run_script, tabulate
from tests.support.parsers import PARSERS

TEXT = """\
# Numbers

```python
print(1)
```

```output
1
```

```python
quiet = True
```

A sentence between.

```output
nobody's
```

- In a list:

    ```python no-run
    serve()
    ```

> ```python
> print(2)
> ```
>
> ```output
> 2
> ```

```json
{"a": 1}
```

```
plain
```
"""


def test_a_script_has_the_output_that_directly_follows_it() -> None:
    found = [(example.name, example.output) for example in find_examples(TEXT, "a.md") if example.treatment == "ran"]

    assert found == [("a.md:3", "1\n"), ("a.md:11", ""), ("a.md:27", "2\n")]


def test_what_is_not_run_is_parsed_where_a_parser_is_at_hand() -> None:
    found = [(example.language, example.code, example.treatment) for example in find_examples(TEXT, "a.md")]

    assert [entry for entry in found if entry[2] is not Treatment.RUN] == [
        ("output", "nobody's\n", Treatment.READ),
        ("python", "serve()\n", Treatment.PARSE),
        ("json", '{"a": 1}\n', Treatment.PARSE),
        ("(none)", "plain\n", Treatment.READ),
    ]


def test_examples_are_found_in_every_folder(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "http.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "top.md").write_text("```sql\nSELECT 1;\n```\n", encoding="utf-8")

    names = [example.name for example in content_examples(tmp_path)]

    assert names[:2] == ["top.md:1", "web/http.md:3"]


def test_the_table_counts_what_passed_by_language() -> None:
    lines = tabulate(find_examples(TEXT, "a.md"), {"a.md:3", "a.md:11", "a.md:23"})

    assert [line.split() for line in lines] == [
        ["language", "ran", "parsed", "only", "read", "not", "passed"],
        ["(none)", "0", "0", "1", "0"],
        ["json", "0", "0", "0", "1"],
        ["output", "0", "0", "1", "0"],
        ["python", "2", "1", "0", "1"],
        ["all", "2", "1", "2", "2"],
    ]


BROKEN = {
    "bash": "if true; then",
    "c": "int main( {",
    "csharp": "class A { void B( }",
    "css": "a { color: }}",
    "dockerfile": "FORM python",
    "go": "func main( {",
    "graphql": "type A {",
    "hcl": 'resource "a" {',
    "html": "<p><div",
    "http": "Host: example.com",
    "ini": "[section",
    "java": "class A {",
    "javascript": "let = ;",
    "json": "{'a': 1}",
    "nginx": "location / { proxy_passs http://app; }",
    "php": "function (",
    "proto": "message A { string }",
    "python": "def serve(:",
    "ruby": "def serve(",
    "rust": "fn main( {",
    "sh": "echo $(",
    "shell": "for a in; dn",
    "sql": "SELEC 1",
    "sql mysql": "SELECT FROM FROM",
    "sql sqlite": "SELECT (",
    "toml": "a =",
    "typescript": "let a: = ;",
    "xml": "<a>",
    "yaml": "a: [1",
}


@pytest.mark.parametrize("language", PARSERS)
def test_a_block_that_is_not_well_formed_is_refused(language: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011  # each library has its own
        PARSERS[language](BROKEN[language])


@pytest.mark.parametrize(
    "document",
    [
        "on: push\njobs: {build: 1}\n",
        "services: {web: 1}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {replicas: 2}\n",
        "openapi: 3.1.0\ninfo: {}\n",
    ],
    ids=["workflow", "compose", "kubernetes", "openapi"],
)
def test_yaml_of_a_known_form_is_held_to_its_schema(document: str) -> None:
    with pytest.raises(Exception, match=r".+"):
        PARSERS["yaml"](document)


def test_yaml_of_no_known_form_is_free() -> None:
    PARSERS["yaml"]("a: 1\n---\n- b\n")


def test_a_dialect_has_its_own_parser() -> None:
    blocks = "```sql sqlite\nPRAGMA journal_mode;\n```\n\n```sql\nSELECT 1;\n```\n"

    found = [parser_of(example) for example in find_examples(blocks, "a.md")]

    assert found == [PARSERS["sql sqlite"], PARSERS["sql"]]


def test_a_script_runs_in_an_empty_folder_and_a_warning_stops_it(tmp_path: Path) -> None:
    code = 'import os, warnings\nprint(os.listdir(), "SECRET_KEY" in os.environ)\nwarnings.warn("old")\n'

    script = run_script(code, tmp_path, {})

    assert script.stdout == "[] False\n"
    assert "UserWarning: old" in script.stderr
    assert script.returncode == 1
