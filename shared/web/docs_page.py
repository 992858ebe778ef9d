"""The API of one service as a plain HTML page: no scripts, no outside requests, readable on any machine."""

from html import escape
from typing import Any

_STYLE = (
    "body{font:15px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{background:#f2f4f7;padding:.1rem .3rem;border-radius:3px}h2{margin-top:2rem}td,th{text-align:left;"
    "padding:.2rem .8rem .2rem 0;vertical-align:top}.m{font-weight:600}"
)


def docs_page(document: dict[str, Any]) -> str:
    """HTML listing every operation with its policy and parameters; the machine-readable form is openapi.json."""
    rows = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            needs = ", ".join(p["name"] for p in operation["parameters"]) or "-"
            summary = escape(operation["summary"])
            rows.append(
                f"<tr><td class=m>{method.upper()}</td><td><code>{escape(path)}</code><br>{summary}"
                f"</td><td>{escape(', '.join(operation['x-policy']))}</td><td>{escape(needs)}</td></tr>"
            )
    title = escape(document["info"]["title"])
    return (
        f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>"
        f"<h1>{title}</h1><p>机器可读文档 / machine readable: <code>openapi.json</code></p>"
        "<table><tr><th>方法</th><th>地址 / path</th><th>权限 / policy</th><th>参数 / parameters</th></tr>"
        + "".join(rows)
        + "</table></html>"
    )
