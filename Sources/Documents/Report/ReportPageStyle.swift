/// How a report's page looks: light, dark and on paper.
enum ReportPageStyle {
    static let page = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <h1>{{title}}</h1>
        <p>{{question}}</p>
        {{{chart}}}
        <table>
        <caption>{{parameters}}</caption>
        <thead>
        <tr>{{#columns}}<th scope="col"{{#number}} class="number"{{/number}}>{{text}}</th>{{/columns}}</tr>
        </thead>
        <tbody>
        {{#rows}}
        <tr>{{#cells}}<td{{#number}} class="number"{{/number}}>{{text}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        </table>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        <p class="note">{{watermark}}</p>
        </body>
        </html>

        """

    static let css = """
        :root { --paper: #fff; --ink: #1c2430; --faint: #5b6675; --line: #d7dce3; --s0: #2f6fb3; --s1: #e08a1e;
        --s2: #3a9a5f; --s3: #b0413e; --s4: #7d5bb5; --s5: #c9a227; --s6: #4aa3a8; --s7: #8a8f98 }
        @media (prefers-color-scheme: dark) {
        :root { --paper: #14181e; --ink: #e6eaf0; --faint: #9aa5b4; --line: #333b46; --s0: #6ea8e6; --s1: #f0ab55;
        --s2: #6cc590; --s3: #e0807c; --s4: #b39be0; --s5: #e0c463; --s6: #7fcdd1; --s7: #b4b9c2 }
        }
        body { font: 14px/1.5 sans-serif; margin: 2em auto; padding: 0 1.5em; max-width: 60em; color: var(--ink);
        background: var(--paper) }
        h1 { font-size: 1.5em; margin: 0 }
        svg { display: block; width: 100%; max-width: 760px; margin: 1em 0; font: 12px sans-serif; fill: var(--ink) }
        svg .axis { fill: var(--faint); font-size: 11px }
        svg .number { text-anchor: end }
        svg .middle { text-anchor: middle }
        svg .mark { stroke: var(--line) }
        svg .zero { stroke: var(--faint) }
        .s0 { fill: var(--s0) } .s1 { fill: var(--s1) } .s2 { fill: var(--s2) } .s3 { fill: var(--s3) }
        .s4 { fill: var(--s4) } .s5 { fill: var(--s5) } .s6 { fill: var(--s6) } .s7 { fill: var(--s7) }
        table { border-collapse: collapse }
        caption, .note { text-align: left; color: var(--faint) }
        caption { padding-bottom: .5em }
        th, td { padding: .25em .75em; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
        thead { display: table-header-group }
        tr { break-inside: avoid }
        @media print {
        :root { --paper: #fff; --ink: #000; --faint: #444; --line: #bbb }
        body { margin: 0; font-size: 10px; max-width: none }
        svg { max-width: 160mm; print-color-adjust: exact; -webkit-print-color-adjust: exact }
        }

        """
}
